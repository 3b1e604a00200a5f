import Dispatch
import Glibc

/// Lines on their way to whoever reads the log: so many bytes may wait, and no more.
///
/// Whoever logs waits for nothing: a reader that is slow costs lines, which are counted, and one
/// that is gone costs all of them.
// `pending`, `isWriting` and the counts are touched on `turns` only, whence `@unchecked Sendable`.
public final class LogBuffer: @unchecked Sendable {
    private let limit: Int
    private let format: LogFormat
    private let write: @Sendable ([UInt8]) -> Bool
    private let turns = DispatchQueue(label: "log.turns")
    private let writing = DispatchQueue(label: "log.writing")
    private var pending: [UInt8] = []
    private var isWriting = false
    private var lost = 0
    private var untold = 0

    /// `write` writes all it is given, for as long as that takes, or says that it cannot.
    public init(
        limit: Int = 1 << 20, format: LogFormat = .text,
        write: @escaping @Sendable ([UInt8]) -> Bool
    ) {
        self.limit = limit
        self.format = format
        self.write = write
    }

    /// The lines that were lost.
    public var dropped: Int { turns.sync { lost } }

    public func append(_ line: [UInt8]) {
        turns.sync {
            guard pending.count + line.count <= limit else {
                lost += 1
                untold += 1
                return
            }
            pending += line
            guard !isWriting else { return }
            isWriting = true
            writing.async { self.writePending() }
        }
    }

    /// Waits until all is written, but no longer than that.
    public func flush(within limit: DispatchTimeInterval = .seconds(1)) {
        let isDone = DispatchSemaphore(value: 0)
        writing.async { isDone.signal() }
        _ = isDone.wait(timeout: .now() + limit)
    }

    private func writePending() {
        while true {
            let (bytes, dropped) = turns.sync { () -> ([UInt8], Int) in
                defer {
                    pending = []
                    untold = 0
                }
                isWriting = !pending.isEmpty
                return (pending, untold)
            }
            if bytes.isEmpty { return }
            if !write(bytes + notice(of: dropped)) {
                turns.sync { lost += bytes.count { $0 == UInt8(ascii: "\n") } }
            }
        }
    }

    /// The line that stands for those that were lost before it.
    private func notice(of count: Int) -> [UInt8] {
        guard count > 0 else { return [] }
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        let entry: LogEntry = ["lines": .number(count)]
        return entry.line("log_lines_dropped", .warn, at: time, as: format)
    }
}
