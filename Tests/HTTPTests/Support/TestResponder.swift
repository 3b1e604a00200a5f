import Glibc
import Synchronization
import TestSupport

@testable import HTTP

/// Echoes bodies, and lets a test hold an answer back.
final class TestResponder: HTTPResponder {
    /// Answers to `/held` wait here until the test opens it.
    let gate = Gate()
    /// The requests to `/held` that have begun to be computed.
    let begun = Counter()
    /// The requests to `/held` that found that their answer is not wanted.
    let cancelled = Counter()
    /// What the next requests to `/stream` are answered with.
    let streams = Locked<[TestStream]>([])
    /// The requests to `/later`, in the order of their coming.
    let later = Locked<[LaterAnswer]>([])
    let postponed = Counter()
    /// The answers to `/large/counted` that are held.
    let rooms = Counter()

    func earlyAnswer(to head: HTTPRequestHead) -> HTTPResponse? {
        switch head.path {
        case "/missing": HTTPResponse(status: .notFound, body: Array("no".utf8))
        case "/early": HTTPResponse(status: .ok, body: Array("early".utf8))
        default: nil
        }
    }

    func needsNoWorker(_ head: HTTPRequestHead) -> Bool { head.path.hasPrefix("/beside") }

    func isQuick(_ request: HTTPRequest) -> Bool { request.head.path.hasPrefix("/quick") }

    func respond(
        to request: HTTPRequest, isCancelled: @escaping @Sendable () -> Bool
    ) -> HTTPAnswer {
        switch request.head.path {
        case "/held":
            begun.increment()
            while !gate.isOpen {
                if isCancelled() {
                    cancelled.increment()
                    return .now(
                        HTTPResponse(status: .serviceUnavailable, body: Array("stop".utf8)))
                }
                Gate.pause()
            }
            return .now(HTTPResponse(status: .ok, body: Array("held".utf8)))
        case "/stream":
            let stream = streams.withLock { $0.isEmpty ? TestStream() : $0.removeFirst() }
            return .now(HTTPResponse(status: .ok, contentType: "text/plain", stream: stream))
        case "/later", "/beside/later":
            return .later { deliver in
                let answer = LaterAnswer(deliver: deliver, isCancelled: isCancelled)
                self.later.withLock { $0.append(answer) }
                self.postponed.increment()
            }
        case "/quick/held", "/hard/held":
            return .work { [self] in
                begun.increment()
                while !gate.isOpen && !isCancelled() { Gate.pause() }
                return HTTPResponse(status: .ok, body: Array("worked".utf8))
            }
        case "/large":
            return .now(
                HTTPResponse(status: .ok, body: [UInt8](repeating: 120, count: 8_000_000)))
        case "/large/counted":
            var response = HTTPResponse(
                status: .ok, body: [UInt8](repeating: 120, count: 8_000_000))
            response.room = Room(of: rooms)
            return .now(response)
        case "/echo":
            return .now(HTTPResponse(status: .ok, body: request.body))
        default:
            return .now(HTTPResponse(status: .ok, body: Array(request.head.path.utf8)))
        }
    }

    func response(to error: HTTPError) -> HTTPResponse {
        HTTPResponse(status: error.status, body: Array(error.description.utf8))
    }
}

/// Counts itself for as long as it is held.
private final class Room: Sendable {
    private let rooms: Counter

    init(of rooms: Counter) {
        self.rooms = rooms
        rooms.increment()
    }

    deinit { rooms.decrement() }
}

/// Opens once.
final class Gate: Sendable {
    private let opened = Atomic(false)

    var isOpen: Bool { opened.load(ordering: .acquiring) }

    func open() { opened.store(true, ordering: .releasing) }

    static func pause() { usleep(2000) }
}

/// Whether it comes true while anybody would wait for it.
func comesTrue(_ condition: () -> Bool) -> Bool {
    let end = ContinuousClock.now + .seconds(60)
    while !condition() {
        guard ContinuousClock.now < end else { return false }
        Gate.pause()
    }
    return true
}

/// Counts, and lets a test wait for a number.
final class Counter: Sendable {
    private let count = Atomic(0)

    var value: Int { count.load(ordering: .acquiring) }

    func increment() { count.wrappingAdd(1, ordering: .acquiringAndReleasing) }

    func decrement() { count.wrappingSubtract(1, ordering: .acquiringAndReleasing) }

    /// Whether the number is reached while anybody would wait for it.
    func reaches(_ number: Int) -> Bool { comesTrue { value >= number } }
}

/// A server on a free port of loopback, while `body` runs.
func withServer(
    limits: HTTPLimits = HTTPLimits(), streams: [TestStream] = [],
    gate: (any HTTPGate)? = nil, counters: HTTPCounters = HTTPCounters(),
    log: (@Sendable (HTTPExchange) -> Void)? = nil,
    _ body: (_ port: UInt16, _ responder: TestResponder) throws -> Void
) async throws {
    let responder = TestResponder()
    responder.streams.withLock { $0 = streams }
    let server = HTTPServer(
        host: "127.0.0.1", port: 0, limits: limits, responder: responder, gate: gate,
        counters: counters, log: log)
    let port = try server.start()
    let result = Result { try body(port, responder) }
    responder.gate.open()
    await server.drain(within: .seconds(30))
    try result.get()
}

/// A request as text.
func request(_ method: String, _ path: String, _ fields: String = "", body: String = "") -> String {
    let length = body.isEmpty ? "" : "Content-Length: \(body.utf8.count)\r\n"
    return "\(method) \(path) HTTP/1.1\r\nHost: localhost\r\n\(length)\(fields)\r\n\(body)"
}
