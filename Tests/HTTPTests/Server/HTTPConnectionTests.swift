import TestSupport
import Testing

@testable import HTTP

/// What becomes of clients that leave, or seem to, while their answer is computed.
struct HTTPConnectionTests {
    private static func limits(presence: Duration) -> HTTPLimits {
        var limits = HTTPLimits()
        limits.presenceTime = presence
        return limits
    }

    @Test
    func `computing is told to stop when its client has closed`() async throws {
        try await withServer(limits: Self.limits(presence: .milliseconds(20))) { port, responder in
            let client = try TestClient(port: port)
            try client.send(request("GET", "/held"))
            #expect(responder.begun.reaches(1))
            client.close()
            #expect(responder.cancelled.reaches(1))
        }
    }

    @Test
    func `a client that closed before computing began is noticed too`() async throws {
        try await withServer(limits: Self.limits(presence: .milliseconds(20))) { port, responder in
            let client = try TestClient(port: port)
            try client.send(request("GET", "/x") + request("GET", "/held"))
            client.closeWriting()
            #expect(try client.finalResponse().text == "/x")
            client.close()
            #expect(responder.cancelled.reaches(1))
        }
    }

    @Test
    func `a client that closed behind more than is read of it is noticed too`() async throws {
        var limits = Self.limits(presence: .milliseconds(20))
        limits.pipelinedBytes = 1000
        try await withServer(limits: limits) { port, responder in
            let client = try TestClient(port: port)
            try client.send(request("GET", "/held"))
            #expect(responder.begun.reaches(1))
            try client.send(String(repeating: request("GET", "/x"), count: 1000))
            client.close()
            #expect(responder.cancelled.reaches(1))
        }
    }

    @Test
    func `a client that closed only its side is asked, and gets its answer`() async throws {
        try await withServer(limits: Self.limits(presence: .milliseconds(20))) { port, responder in
            let client = try TestClient(port: port)
            try client.send(request("GET", "/held"))
            client.closeWriting()
            for _ in 0..<3 { #expect(try client.response().status == 102) }
            responder.gate.open()
            let response = try client.finalResponse()
            #expect(response.status == 200)
            #expect(response.text == "held")
            #expect(response.fields["connection"] == "close")
            #expect(responder.cancelled.value == 0)
            #expect(try client.rest() == "")
        }
    }

    @Test
    func `a client that keeps its side open is not asked`() async throws {
        try await withServer(limits: Self.limits(presence: .milliseconds(20))) { port, responder in
            let client = try TestClient(port: port)
            try client.send(request("GET", "/held"))
            #expect(responder.begun.reaches(1))
            // Another one is asked three times meanwhile.
            let other = try TestClient(port: port)
            try other.send(request("GET", "/held"))
            other.closeWriting()
            for _ in 0..<3 { #expect(try other.response().status == 102) }
            responder.gate.open()
            #expect(try client.response().status == 200)
        }
    }

    @Test
    func `HTTP 1_0 is not asked, as it knows no interim answers`() async throws {
        try await withServer(limits: Self.limits(presence: .milliseconds(20))) { port, responder in
            let client = try TestClient(port: port)
            try client.send("GET /held HTTP/1.0\r\n\r\n")
            client.closeWriting()
            #expect(responder.begun.reaches(1))
            for _ in 0..<50 { Gate.pause() }
            responder.gate.open()
            #expect(try client.response().text == "held")
        }
    }

    @Test
    func `a field longer than what may wait unread still comes`() async throws {
        var limits = HTTPLimits()
        limits.pipelinedBytes = 10
        limits.headTime = .seconds(3600)
        try await withServer(limits: limits) { port, _ in
            let client = try TestClient(port: port)
            try client.send("GET /x HTTP/1.1\r\nHost: a\r\nA: bbbbbbbbbbbbbbbbbbbb")
            Gate.pause()
            try client.send("c\r\n\r\n")
            #expect(try client.response().text == "/x")
        }
    }
}
