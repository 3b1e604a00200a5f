import TestSupport
import Testing

@testable import HTTP

struct BodyBudgetTests {
    /// Room for two bodies of 1000 bytes.
    private static let limits: HTTPLimits = {
        var limits = HTTPLimits()
        limits.bodyBytes = 1000
        limits.bodiesBytes = 2000
        limits.retryAfterSeconds = 7
        limits.bodyTime = .seconds(3600)
        return limits
    }()

    private static func x(_ count: Int) -> String { String(repeating: "x", count: count) }

    @Test
    func `a body for which there is no room is refused, and given back once`() throws {
        let counters = HTTPCounters()
        let budget = BodyBudget(limits: Self.limits, counters: counters)
        let (one, other) = (budget.share(), budget.share())
        try one.take(1500)
        #expect(throws: HTTPError.noRoomForBody(retryAfter: 7)) { try other.take(501) }
        try other.take(500)
        #expect(counters.bodyBytesHeld == 2000)
        one.giveBack()
        one.giveBack()
        #expect(counters.bodyBytesHeld == 500)
    }

    @Test
    func `a small one finds room an eighth longer`() throws {
        var limits = HTTPLimits()
        limits.bodyBytes = 1 << 20
        limits.bodiesBytes = 2 << 20
        let counters = HTTPCounters()
        let budget = BodyBudget(limits: limits, counters: counters)
        let large = budget.share()
        large.keep(2 << 20)
        #expect(throws: HTTPError.noRoomForBody(retryAfter: 1)) { try large.take(1) }
        let small = budget.share()
        try small.take(500)
        try small.take(12)
        #expect(throws: HTTPError.noRoomForBody(retryAfter: 1)) { try small.take(1) }
        large.keep(9 << 18)
        #expect(throws: HTTPError.noRoomForBody(retryAfter: 1)) {
            try budget.share().take(1)
        }
    }

    @Test(arguments: [(1000, 0, 2000), (1000, 5000, 5000), (Int.max, 0, Int.max - 1)])
    func `one body of the longest always fits, unpacked too`(
        body: Int, bodies: Int, inForce: Int
    ) {
        var limits = HTTPLimits()
        limits.bodyBytes = body
        limits.bodiesBytes = bodies
        #expect(limits.bodiesBytesInForce == inForce)
    }

    @Test
    func `a body for which there is no room is refused, and read when there is`() async throws {
        let counters = HTTPCounters()
        try await withServer(limits: Self.limits, counters: counters) { port, responder in
            // What is announced takes no room, what has come does.
            let slow = try (0..<2).map { _ in try TestClient(port: port) }
            for client in slow {
                try client.send(
                    request("POST", "/echo", "Content-Length: 1000\r\n") + Self.x(900))
            }
            #expect(comesTrue { counters.bodyBytesHeld == 1800 })

            // The length is short, so that the rest is dropped and the connection kept.
            let client = try TestClient(port: port)
            try client.send(request("POST", "/echo", "Content-Length: 500\r\n") + Self.x(201))
            let refusal = try client.response()
            #expect(refusal.status == 503)
            #expect(refusal.fields["retry-after"] == "7")
            #expect(refusal.fields["connection"] == nil)
            #expect(counters.bodyBytesHeld == 1800)
            try client.send(Self.x(299) + request("POST", "/echo", body: "small"))
            #expect(try client.response().text == "small")

            // All of it at once, too.
            try client.send(request("POST", "/echo", body: Self.x(300)))
            #expect(try client.response().status == 503)

            try slow[0].send(Self.x(100))
            #expect(try slow[0].response().text == Self.x(1000))
            #expect(comesTrue { counters.bodyBytesHeld == 900 })
            try client.send(request("POST", "/echo", body: Self.x(1000)))
            #expect(try client.response().text == Self.x(1000))
        }
        #expect(counters.bodyBytesHeld == 0)
    }

    /// How a client can leave an answer.
    enum Leaving: CaseIterable {
        case taken, closed, reset

        func end(_ client: TestClient) throws {
            switch self {
            case .taken: #expect(try client.response().body.count == 8_000_000)
            case .closed: client.close()
            case .reset: client.reset()
            }
        }
    }

    @Test(arguments: Leaving.allCases)
    func `an answer takes room until its client has it, or has left`(
        leaving: Leaving
    ) async throws {
        let counters = HTTPCounters()
        try await withServer(limits: Self.limits, counters: counters) { port, _ in
            let slow = try TestClient(port: port, receiveBuffer: 4096)
            try slow.send(request("GET", "/large"))
            #expect(comesTrue { counters.bodyBytesHeld > 2000 })
            let client = try TestClient(port: port)
            try client.send(request("POST", "/echo", body: "small"))
            #expect(try client.response().status == 503)
            // What needs no room is answered.
            try client.send(request("GET", "/x"))
            #expect(try client.response().text == "/x")
            try leaving.end(slow)
            #expect(comesTrue { counters.bodyBytesHeld == 0 })
            try client.send(request("POST", "/echo", body: "small"))
            #expect(try client.response().text == "small")
        }
    }

    @Test(arguments: Leaving.allCases)
    func `an answer that its responder counts keeps nobody out, and is counted as long`(
        leaving: Leaving
    ) async throws {
        let counters = HTTPCounters()
        try await withServer(limits: Self.limits, counters: counters) { port, responder in
            let slow = try TestClient(port: port, receiveBuffer: 4096)
            try slow.send(request("GET", "/large/counted"))
            #expect(comesTrue { responder.rooms.value == 1 })
            let client = try TestClient(port: port)
            try client.send(request("POST", "/echo", body: "small"))
            #expect(try client.response().text == "small")
            #expect(counters.bodyBytesHeld == 0)
            #expect(responder.rooms.value == 1)
            try leaving.end(slow)
            #expect(comesTrue { responder.rooms.value == 0 })
        }
    }

    @Test
    func `a refused body without a length ends its connection`() async throws {
        let counters = HTTPCounters()
        try await withServer(limits: Self.limits, counters: counters) { port, _ in
            let holding = try (0..<2).map { _ in try TestClient(port: port) }
            for client in holding { try client.send(request("POST", "/held", body: Self.x(1000))) }
            #expect(comesTrue { counters.bodyBytesHeld == 2000 })
            let client = try TestClient(port: port)
            try client.send(
                request("POST", "/echo", "Transfer-Encoding: chunked\r\n") + "1\r\nx\r\n")
            let refusal = try client.response()
            #expect(refusal.status == 503)
            #expect(refusal.fields["connection"] == "close")
            #expect(try client.rest() == "")
        }
    }

    /// How a connection with a body can end.
    enum End: CaseIterable {
        case answered, malformed, cutShort, closed, reset, tooLate, drained, cancelled
    }

    @Test(arguments: End.allCases)
    func `however a connection ends, its room is given back`(end: End) async throws {
        var limits = Self.limits
        if end == .tooLate { limits.bodyTime = .milliseconds(20) }
        limits.presenceTime = .milliseconds(20)
        limits.lingerTime = .seconds(3600)
        let counters = HTTPCounters()
        try await withServer(limits: limits, counters: counters) { port, responder in
            let client = try TestClient(port: port)
            let half = "1f4\r\n\(Self.x(500))\r\n"
            let path = end == .cancelled ? "/held" : "/echo"
            try client.send(
                request("POST", path, "Transfer-Encoding: chunked\r\n") + half)
            if end != .tooLate { #expect(comesTrue { counters.bodyBytesHeld == 500 }) }
            switch end {
            case .answered:
                try client.send(half + "0\r\n\r\n")
                #expect(try client.response().text == Self.x(1000))
            case .malformed:
                try client.send("z\r\n")
                #expect(try client.response().status == 400)
            case .cutShort:
                client.closeWriting()
                #expect(try client.response().status == 400)
            case .closed: client.close()
            case .reset: client.reset()
            case .tooLate: #expect(try client.response().status == 408)
            case .drained: return  // The server ends while the body is read.
            case .cancelled:
                try client.send(half + "0\r\n\r\n")
                #expect(responder.begun.reaches(1))
                #expect(counters.bodyBytesHeld == 1000)
                client.close()
                #expect(responder.cancelled.reaches(1))
            }
            #expect(comesTrue { counters.bodyBytesHeld == 0 })
        }
        #expect(counters.bodyBytesHeld == 0)
    }
}
