import Glibc
import HTTP
import Synchronization

/// The log of a running service. Its level may be changed at any time.
public final class Log: Sendable {
    private let format: LogFormat
    private let threshold: Atomic<Int>
    private let write: @Sendable ([UInt8]) -> Void

    /// `write` takes a line; it has to be quick and may not block.
    public init(
        level: LogLevel = .info, format: LogFormat = .text,
        write: @escaping @Sendable ([UInt8]) -> Void
    ) {
        self.format = format
        threshold = Atomic(level.height)
        self.write = write
    }

    /// A log that nobody reads.
    static let none = Log(level: .error) { _ in }

    public var level: LogLevel {
        LogLevel.allCases[threshold.load(ordering: .relaxed)]
    }

    /// Tells more or less from now on, by so many levels.
    public func change(by steps: Int) {
        let last = LogLevel.allCases.count - 1
        let next = min(max(level.height + steps, 0), last)
        threshold.store(next, ordering: .relaxed)
        tell(.warn, "log_level", ["to": .string(level.rawValue)])
    }

    public func tells(_ level: LogLevel) -> Bool {
        level.height <= threshold.load(ordering: .relaxed)
    }

    /// Tells of an event.
    public func tell(_ level: LogLevel, _ event: String, _ entry: @autoclosure () -> LogEntry) {
        guard tells(level) else { return }
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        write(entry().line(event, level, at: time, as: format))
    }
}

extension Log {
    /// Tells of an exchange that is over: neither of its content nor of what may hold a secret, the
    /// query and the fields.
    func tell(_ exchange: HTTPExchange, isProbe: Bool) {
        let level = exchange.logLevel(isProbe: isProbe)
        guard tells(level) else { return }
        tell(level, "request", exchange.logEntry)
    }
}

extension HTTPExchange {
    fileprivate func logLevel(isProbe: Bool) -> LogLevel {
        switch status {
        case .internalServerError: .error
        case .serviceUnavailable, .insufficientStorage, .tooManyRequests, .unauthorized,
            .misdirectedRequest:
            .warn
        default: isProbe && isWhole && (status?.code ?? 0) < 400 ? .debug : .info
        }
    }

    fileprivate var logEntry: LogEntry {
        var entry: LogEntry = ["request_id": .string(id.description), "peer": .string(peer)]
        if let head {
            entry.append("method", .string(head.method))
            entry.append("path", .string(String(head.target.prefix { $0 != "?" })))
            if let trace = TraceContext(of: head) {
                entry.append("trace_id", .string(String(trace.traceID)))
                entry.append("span_id", .string(String(trace.spanID)))
            }
        }
        if let status { entry.append("status", .number(status.code)) }
        if let problem { entry.append("problem", .string(problem)) }
        if !isWhole { entry.append("aborted", .flag(true)) }
        entry.append("request_bytes", .number(requestBytes))
        entry.append("answer_bytes", .number(bodyBytes))
        entry.append("ms", .time(duration))
        for timing in timings {
            entry.append(timing.phase.rawValue + "_ms", .time(timing.duration))
        }
        return entry
    }
}
