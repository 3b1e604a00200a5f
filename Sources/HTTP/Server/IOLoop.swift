import Glibc

/// An event loop with the share of the connections that live on it, and what they have in common.
// Every member but `loop` is touched on the loop's thread only, whence `@unchecked Sendable`.
final class IOLoop: @unchecked Sendable {
    let loop: EventLoop

    /// Where reads go before they are told apart.
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 128 * 1024, alignment: 64)

    private(set) var isDraining = false
    private(set) var isStopping = false
    private var connections: [ObjectIdentifier: HTTPConnection] = [:]
    /// How often deadlines are looked at while there are connections.
    private let tick: Duration
    private var isTicking = false
    private var date = (second: 0, text: "")

    init(limits: HTTPLimits) throws(SocketError) {
        loop = try EventLoop()
        tick = min(max(limits.shortestTime / 4, .milliseconds(5)), .milliseconds(500))
    }

    deinit { buffer.deallocate() }

    func add(_ connection: HTTPConnection) {
        connections[ObjectIdentifier(connection)] = connection
        if !isTicking { tickLater() }
    }

    func remove(_ connection: HTTPConnection) {
        connections[ObjectIdentifier(connection)] = nil
        connections.giveBackRoom()
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

    private func tickLater() {
        isTicking = true
        loop.after(tick) {
            let now = ContinuousClock.now
            for connection in self.connections.values { connection.checkDeadline(now) }
            self.isTicking = false
            if !self.connections.isEmpty { self.tickLater() }
        }
    }
}
