import Dispatch
import Machine

/// Listens, spreads its connections over a few event loops, and drains.
///
/// ```swift
/// let server = HTTPServer(host: "127.0.0.1", port: 8080, responder: service)
/// let port = try server.start()
/// …
/// await server.drain(within: .seconds(20))
/// ```
// `started` is touched on `turns` only, whence `@unchecked Sendable`.
public final class HTTPServer: @unchecked Sendable {
    private let host: String
    private let port: UInt16
    private let service: HTTPService
    private let peers: PeerConnections
    private let turns = DispatchQueue(label: "http.started")
    private var started: Started?
    private let draining = DispatchQueue(label: "http.drain")
    /// Entered by whatever holds a descriptor.
    private let open = DispatchGroup()

    /// What there is once it listens.
    private struct Started {
        let accepting: EventLoop
        let listeners: [Listener]
        let io: [IOLoop]

        /// All loops run, or none.
        func run() throws(SocketError) {
            do throws(SocketError) {
                for io in io { try io.loop.start() }
                try accepting.start()
            } catch {
                stop()
                throw error
            }
        }

        func stop() {
            accepting.stop()
            for io in io { io.loop.stop() }
        }

        func onEach(_ action: @escaping @Sendable (IOLoop) -> Void) {
            for io in io { io.loop.async { action(io) } }
        }
    }

    /// What cancelled computations get to end before their connections are closed.
    private static let grace = Duration.seconds(1)

    /// A server that does not listen yet. `log` is told of each exchange when it is over, on an
    /// event loop: it has to be quick and may not block.
    public init(
        host: String, port: UInt16, limits: HTTPLimits = HTTPLimits(),
        responder: any HTTPResponder, gate: (any HTTPGate)? = nil,
        counters: HTTPCounters = HTTPCounters(),
        log: (@Sendable (HTTPExchange) -> Void)? = nil
    ) {
        self.host = host
        self.port = port
        service = HTTPService(
            limits: limits, responder: responder, gate: gate, counters: counters, log: log)
        peers = PeerConnections(limit: limits.connectionsPerPeer)
    }

    /// Listens on every address of the host and says on which port: port 0 asks for a free one.
    /// To be called once.
    public func start() throws(SocketError) -> UInt16 {
        let (sockets, port) = try Socket.listen(host: host, port: port)
        let started: Started
        do throws(SocketError) {
            started = try prepare(sockets)
            try started.run()
        } catch {
            for socket in sockets { socket.close() }
            throw error
        }
        for _ in sockets { open.enter() }
        turns.sync {
            precondition(self.started == nil, "start is called once")
            self.started = started
        }
        return port
    }

    private func prepare(_ sockets: [Socket]) throws(SocketError) -> Started {
        var io: [IOLoop] = []
        for _ in 0..<min(Machine.processors, 4) { io.append(try IOLoop(limits: service.limits)) }
        let accepting = try EventLoop()
        var listeners: [Listener] = []
        for socket in sockets {
            listeners.append(
                try Listener(
                    socket, loop: accepting, hasRoom: { self.hasRoom },
                    onAccept: { [io] in self.serve($0, on: io) },
                    onClosed: { self.open.leave() }))
        }
        return Started(accepting: accepting, listeners: listeners, io: io)
    }

    /// Stops: takes no new connections or requests, closes idle connections, lets running answers
    /// finish. At the limit computations are cancelled, and a little later all is closed.
    public func drain(within limit: Duration) async {
        guard let started = turns.sync(execute: { started }) else { return }
        // In this order: who is refused a connection can know that each answer says the same.
        started.onEach { $0.drain() }
        for listener in started.listeners { listener.stop() }
        await withCheckedContinuation { continuation in
            draining.async {
                if !self.allIsClosed(within: limit) {
                    started.onEach { $0.cancelComputing() }
                    if !self.allIsClosed(within: Self.grace) {
                        started.onEach { $0.closeAll() }
                        // A loop that is held up (by a log, say) must not hold up the end.
                        _ = self.allIsClosed(within: Self.grace)
                    }
                }
                continuation.resume()
            }
        }
        started.stop()
        turns.sync { self.started = nil }
    }

    /// Calls `then` when every event loop has had a turn: while one is stuck, it is not called.
    public func whenResponsive(then: @escaping @Sendable () -> Void) {
        let loops = DispatchGroup()
        for io in turns.sync(execute: { started?.io ?? [] }) {
            loops.enter()
            io.loop.async { loops.leave() }
        }
        loops.notify(queue: .global(), execute: then)
    }

    private var hasRoom: Bool {
        service.counters.connectionsOpen < service.limits.connections
    }

    private func serve(_ socket: Socket, on loops: [IOLoop]) {
        let counters = service.counters
        let place = peers.enter(socket.peer)
        if place != .served { counters.refused.wrappingAdd(1, ordering: .relaxed) }
        guard place != .closed else { return socket.close() }
        let turn = counters.accepted.wrappingAdd(1, ordering: .relaxed).newValue
        let io = loops[Int(turn.magnitude % UInt(loops.count))]
        counters.open.wrappingAdd(1, ordering: .relaxed)
        open.enter()
        io.loop.async {
            let connection = HTTPConnection(service: self.service, io: io)
            connection.start(socket, isRefused: place == .refused) {
                self.peers.leave(socket.peer, place)
                let open = counters.open.wrappingSubtract(1, ordering: .relaxed).oldValue
                if open >= self.service.limits.connections { self.resumeListening() }
                self.open.leave()
            }
        }
    }

    private func resumeListening() {
        for listener in turns.sync(execute: { started?.listeners ?? [] }) { listener.resume() }
    }

    private func allIsClosed(within limit: Duration) -> Bool {
        open.wait(timeout: .now() + limit.dispatchInterval) == .success
    }
}
