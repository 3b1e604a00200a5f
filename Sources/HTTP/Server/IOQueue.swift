import Dispatch
import Glibc

/// A serial queue on which a share of the connections live, with what they have in common.
// Every member but `queue` is touched on `queue` only, whence `@unchecked Sendable`.
final class IOQueue: @unchecked Sendable {
    let queue = DispatchQueue(label: "http.io")

    /// Where reads go before they are told apart.
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 128 * 1024, alignment: 64)

    private(set) var isDraining = false
    private(set) var isStopping = false
    private var connections: [ObjectIdentifier: HTTPConnection] = [:]
    private var clock: EventSource?
    private var date = (second: 0, text: "")

    init(limits: HTTPLimits) {
        let tick = limits.shortestTime / 4
        let source = DispatchSource.makeTimerSource(queue: queue)
        let interval = min(max(tick, .milliseconds(5)), .milliseconds(500)).dispatchInterval
        source.schedule(deadline: .now() + interval, repeating: interval, leeway: interval)
        clock = EventSource(source, onEvent: { [weak self] in self?.checkDeadlines() })
    }

    deinit { buffer.deallocate() }

    func add(_ connection: HTTPConnection) {
        connections[ObjectIdentifier(connection)] = connection
        clock?.isPaused = false
    }

    func remove(_ connection: HTTPConnection) {
        connections[ObjectIdentifier(connection)] = nil
        if connections.isEmpty { clock?.isPaused = true }
    }

    /// The date of an answer, made once a second.
    var currentDate: String {
        let now = time(nil)
        if now != date.second { date = (now, HTTPDate(secondsSince1970: now).description) }
        return date.text
    }

    /// No further requests; what runs is finished.
    func drain() {
        isDraining = true
        for connection in connections.values { connection.drain() }
    }

    /// What runs is told to stop; its answers and the ends of streams still go out.
    func cancelComputing() {
        isStopping = true
        for connection in connections.values { connection.cancelComputing() }
    }

    /// Everything ends now.
    func closeAll() {
        for connection in connections.values { connection.close() }
    }

    private func checkDeadlines() {
        let now = ContinuousClock.now
        for connection in connections.values { connection.checkDeadline(now) }
    }
}

extension Duration {
    /// For Dispatch, which counts in whole nanoseconds; more than a year is a year.
    var dispatchInterval: DispatchTimeInterval {
        let capped = min(max(self, .zero), .seconds(366 * 86_400))
        let (seconds, attoseconds) = capped.components
        return .nanoseconds(Int(seconds) * 1_000_000_000 + Int(attoseconds / 1_000_000_000))
    }
}
