import TestSupport
import Testing

@testable import HTTP

struct HTTPGateTests {
    /// Refuses `/closed`, signs every answer, and counts those that it let in and that are over.
    private final class TestGate: HTTPGate {
        let admitted = Counter()
        let over = Counter()
        let completed = Locked<[String]>([])

        func admit(_ exchange: HTTPExchange) -> HTTPAdmission {
            if exchange.head?.path == "/closed" {
                return .answered(HTTPResponse(status: .forbidden))
            }
            admitted.increment()
            return .admitted { [over] in over.increment() }
        }

        func complete(_ response: inout HTTPResponse, of exchange: HTTPExchange) {
            completed.withLock {
                $0.append("\(exchange.head?.path ?? "-") \(exchange.status?.code ?? 0)")
            }
            response.fields.append("X-Signed", "\(exchange.peer) \(exchange.id)")
        }
    }

    @Test func `what the gate answers goes to no responder`() async throws {
        let gate = TestGate()
        try await withServer(gate: gate) { port, _ in
            let client = try TestClient(port: port)
            try client.send(request("POST", "/closed", body: "abc") + request("GET", "/open"))
            #expect(try client.response().status == 403)
            #expect(try client.response().text == "/open")
        }
        #expect(gate.admitted.value == 1)
        #expect(gate.over.value == 1)
    }

    @Test func `every answer is completed, also to what is no request`() async throws {
        let gate = TestGate()
        try await withServer(gate: gate) { port, _ in
            let client = try TestClient(port: port)
            let named = request("GET", "/a", "X-Request-Id: my-name\r\n")
            try client.send(named + request("GET", "/missing") + "x\r\n\r\n")
            #expect(try client.response().fields["x-signed"] == "127.0.0.1 my-name")
            #expect(try client.response().fields["x-signed"]?.hasPrefix("127.0.0.1 ") == true)
            #expect(try client.response().fields["x-signed"]?.hasPrefix("127.0.0.1 ") == true)
        }
        #expect(gate.completed.withLock { $0 } == ["/a 200", "/missing 404", "- 400"])
    }

    @Test func `a client that goes before its answer is over once, without a status`() async throws
    {
        let gate = TestGate()
        let counters = HTTPCounters()
        let log = Locked<[HTTPExchange]>([])
        try await withServer(
            gate: gate, counters: counters,
            log: { exchange in log.withLock { $0.append(exchange) } }
        ) { port, responder in
            let client = try TestClient(port: port)
            try client.send(request("GET", "/held"))
            #expect(responder.begun.reaches(1))
            #expect(counters.requestsInFlight == 1)
            #expect(counters.requestsComputing == 1)
            #expect(counters.connectionsOpen == 1)
            client.reset()
            #expect(gate.over.reaches(1))
            #expect(counters.requestsInFlight == 0)
            responder.gate.open()
        }
        let exchanges = log.withLock { $0 }
        #expect(exchanges.map(\.status) == [nil])
        #expect(exchanges.map(\.isWhole) == [false])
        #expect(gate.over.value == 1)
        #expect(counters.connectionsAccepted == 1)
    }

    @Test func `the phases of an exchange are told in their order`() async throws {
        let log = Locked<[HTTPExchange]>([])
        let streams = [TestStream()]
        try await withServer(
            streams: streams, log: { exchange in log.withLock { $0.append(exchange) } }
        ) { port, _ in
            let client = try TestClient(port: port)
            try client.send(request("POST", "/echo", body: "12345"))
            #expect(try client.response().text == "12345")
            try client.send(request("GET", "/stream", "Connection: close\r\n"))
            streams[0].deliver(.end([1, 2, 3]))
            _ = try client.rest()
        }
        let exchanges = log.withLock { $0 }
        #expect(
            exchanges.map { $0.timings.map(\.phase) } == [
                [.read, .queue, .compute, .write], [.read, .queue, .compute, .stream],
            ])
        #expect(exchanges.map(\.requestBytes) == [5, 0])
        #expect(exchanges.map(\.bodyBytes) == [5, 3])
        #expect(exchanges.allSatisfy { $0.isWhole && $0.peer == "127.0.0.1" })
        for exchange in exchanges {
            let parts = exchange.timings.map(\.duration).reduce(.zero, +)
            #expect(parts <= exchange.duration)
            #expect(exchange.timings.allSatisfy { $0.duration >= .zero })
        }
    }

    @Test func `an answer tells how long it was worked on`() async throws {
        try await withServer { port, _ in
            let client = try TestClient(port: port)
            try client.send(request("POST", "/echo", body: "12345"))
            let told = try #require(client.response().fields["server-timing"])
            #expect(
                told.wholeMatch(
                    of: /read;dur=[0-9.]+, queue;dur=[0-9.]+, compute;dur=[0-9.]+/) != nil,
                "\(told)")
            try client.send(request("GET", "/missing"))
            #expect(try client.response().fields["server-timing"] == nil)
        }
    }

    @Test func `times are told in milliseconds, and none is less than nothing`() {
        let timings = [
            HTTPTiming(.read, .nanoseconds(1_234_567)), HTTPTiming(.queue, .nanoseconds(-5)),
            HTTPTiming(.compute, .seconds(2)),
        ]
        #expect(
            HTTPTiming.fieldValue(of: timings)
                == "read;dur=1.235, queue;dur=0.000, compute;dur=2000.000")
    }

    @Test func `requests that wait for a worker are counted`() async throws {
        let counters = HTTPCounters()
        var limits = HTTPLimits()
        limits.computing = 1
        try await withServer(limits: limits, counters: counters) { port, responder in
            let clients = try (0..<3).map { _ in try TestClient(port: port) }
            for client in clients { try client.send(request("GET", "/held")) }
            while counters.requestsWaiting < 2 { Gate.pause() }
            #expect(counters.requestsComputing == 1)
            responder.gate.open()
            for client in clients { #expect(try client.response().text == "held") }
            while counters.requestsComputing > 0 { Gate.pause() }
            #expect(counters.requestsWaiting == 0)
        }
    }
}
