import HTTP
import RunStore

/// The running of a service: what is counted of it, what it logs, and whether it is ready for more.
public final class Operation: Sendable {
    public let counters = HTTPCounters()
    public let readiness = Readiness()
    public let log: Log
    let metrics = Metrics()
    private let droppedLines: @Sendable () -> Int

    /// `droppedLines` tells how many lines of the log were lost.
    public init(log: Log? = nil, droppedLines: @escaping @Sendable () -> Int = { 0 }) {
        self.log = log ?? .none
        self.droppedLines = droppedLines
        _ = ProcessStatus.start
    }

    /// Counts and logs an exchange that is over.
    public func note(_ exchange: HTTPExchange) {
        metrics.note(exchange)
        let isProbe = exchange.head.flatMap { Route($0.path)?.endpoint.isProbe } ?? false
        log.tell(exchange, isProbe: isProbe)
    }

    /// All that is counted, for Prometheus.
    func metricsText(arrayBytesHeld: Int) -> [UInt8] {
        var text = MetricsText()
        text.metric("gradientd_info", .gauge, "The version of the program.")
        text.sample("gradientd_info", [("version", GradientService.version)], 1)
        text.one(
            "gradientd_ready", .gauge, "Whether the service is ready for more.",
            readiness.fault == nil ? 1 : 0)
        metrics.write(to: &text)
        text.one(
            "gradientd_requests_in_flight", .gauge, "Requests that are read or answered.",
            counters.requestsInFlight)
        text.one(
            "gradientd_requests_computing", .gauge, "Requests that workers compute.",
            counters.requestsComputing)
        text.one(
            "gradientd_requests_waiting", .gauge, "Requests that wait for a worker.",
            counters.requestsWaiting)
        text.one(
            "gradientd_body_bytes_held", .gauge,
            "Bytes of requests that are not answered yet, unpacked too, and of small answers not taken.",
            counters.bodyBytesHeld)
        text.one(
            "gradientd_array_bytes_held", .gauge,
            "Bytes that computations at work may take, and of answers of theirs that are not taken.",
            arrayBytesHeld)
        text.one(
            "gradientd_connections", .gauge, "Open connections.", counters.connectionsOpen)
        text.one(
            "gradientd_connections_accepted_total", .counter, "Connections that were accepted.",
            counters.connectionsAccepted)
        text.one(
            "gradientd_connections_refused_total", .counter,
            "Connections that were refused, as their peers had too many.",
            counters.connectionsRefused)
        if let runs = readiness.runs {
            text.metric("gradientd_runs", .gauge, "Detached trainings that are kept, by state.")
            for state in RunState.allCases {
                text.sample("gradientd_runs", [("state", state.rawValue)], runs[state] ?? 0)
            }
        }
        text.one(
            "gradientd_log_lines_dropped_total", .counter,
            "Lines of the log that nobody has read in time.", droppedLines())
        ProcessStatus.write(to: &text)
        return text.bytes
    }
}
