import Dispatch
import FoundationEssentials
import Synchronization

/// Listens, spreads its connections over a few I/O queues, and drains.
///
/// ```swift
/// let server = HTTPServer(host: "127.0.0.1", port: 8080, responder: service)
/// let port = try server.start()
/// …
/// await server.drain(within: .seconds(20))
/// ```
public final class HTTPServer: Sendable {
    private let host: String
    private let port: UInt16
    private let service: HTTPService
    private let ioQueues: [IOQueue]
    private let listeners = Mutex<[Listener]>([])
    private let accepting = DispatchQueue(label: "http.accept")
    private let draining = DispatchQueue(label: "http.drain")
    /// Entered by whatever holds a descriptor.
    private let open = DispatchGroup()

    /// What cancelled computations get to end before their connections are closed.
    private static let grace = Duration.seconds(1)

    /// A server that does not listen yet. `log` is told of each exchange when it is over, on an I/O
    /// queue: it has to be quick and may not block.
    public init(
        host: String, port: UInt16, limits: HTTPLimits = HTTPLimits(),
        responder: any HTTPResponder, gate: (any HTTPGate)? = nil,
        counters: HTTPCounters = HTTPCounters(),
        log: (@Sendable (HTTPExchange) -> Void)? = nil
    ) {
        self.host = host
        self.port = port
        service = HTTPService(
            limits: limits, responder: responder,
            workers: Workers(
                running: limits.computing, waiting: limits.waiting, counters: counters),
            gate: gate, counters: counters, log: log)
        let cores = ProcessInfo.processInfo.activeProcessorCount
        ioQueues = (0..<min(max(cores, 1), 4)).map { _ in IOQueue(limits: limits) }
    }

    /// Listens on every address of the host and says on which port: port 0 asks for a free one.
    /// To be called once.
    public func start() throws(SocketError) -> UInt16 {
        let (sockets, port) = try Socket.listen(host: host, port: port)
        let started = sockets.map { Listener($0, queue: accepting) }
        listeners.withLock { listeners in
            precondition(listeners.isEmpty, "start is called once")
            listeners = started
        }
        for listener in started {
            open.enter()
            listener.start(
                hasRoom: { self.hasRoom }, onAccept: { self.serve($0) },
                onClosed: { self.open.leave() })
        }
        return port
    }

    /// Stops: takes no new connections or requests, closes idle connections, lets running answers
    /// finish. At the limit computations are cancelled, and a little later all is closed.
    public func drain(within limit: Duration) async {
        for listener in listeners.withLock({ $0 }) { listener.stop() }
        onIOQueues { $0.drain() }
        await withCheckedContinuation { continuation in
            draining.async {
                if !self.allIsClosed(within: limit) {
                    self.onIOQueues { $0.cancelComputing() }
                    if !self.allIsClosed(within: Self.grace) {
                        self.onIOQueues { $0.closeAll() }
                        // An I/O queue that is held up (by a log, say) must not hold up the end.
                        _ = self.allIsClosed(within: Self.grace)
                    }
                }
                continuation.resume()
            }
        }
    }

    /// Calls `then` when every I/O queue has had a turn: while one is stuck, it is not called.
    public func whenResponsive(then: @escaping @Sendable () -> Void) {
        let turns = DispatchGroup()
        for io in ioQueues {
            turns.enter()
            io.queue.async { turns.leave() }
        }
        turns.notify(queue: .global(), execute: then)
    }

    private var hasRoom: Bool {
        service.counters.connectionsOpen < service.limits.connections
    }

    private func serve(_ socket: Socket) {
        let counters = service.counters
        let turn = counters.accepted.wrappingAdd(1, ordering: .relaxed).newValue
        let io = ioQueues[Int(turn.magnitude % UInt(ioQueues.count))]
        counters.open.wrappingAdd(1, ordering: .relaxed)
        open.enter()
        io.queue.async {
            HTTPConnection(service: self.service, io: io).start(socket) {
                counters.open.wrappingSubtract(1, ordering: .relaxed)
                self.open.leave()
            }
        }
    }

    private func onIOQueues(_ action: @escaping @Sendable (IOQueue) -> Void) {
        for io in ioQueues { io.queue.async { action(io) } }
    }

    private func allIsClosed(within limit: Duration) -> Bool {
        open.wait(timeout: .now() + limit.dispatchInterval) == .success
    }
}
