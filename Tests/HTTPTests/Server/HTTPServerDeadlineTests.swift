import TestSupport
import Testing

@testable import HTTP

struct HTTPServerDeadlineTests {
    /// Of one time limit, shortened; the others stay too long to be met here.
    static func limits(_ change: (inout HTTPLimits) -> Void) -> HTTPLimits {
        var limits = HTTPLimits()
        limits.headTime = .seconds(3600)
        limits.bodyTime = .seconds(3600)
        limits.idleTime = .seconds(3600)
        limits.writeTime = .seconds(3600)
        change(&limits)
        return limits
    }

    @Test
    func `a head that drips is refused`() async throws {
        let limits = Self.limits { $0.headTime = .milliseconds(50) }
        try await withServer(limits: limits) { port, _ in
            let client = try TestClient(port: port)
            try client.send("GET / HTTP/1.1\r\nHost: a\r\n")
            let response = try client.response()
            #expect(response.status == 408)
            #expect(response.fields["connection"] == "close")
            #expect(try client.rest() == "")
        }
    }

    @Test
    func `bytes that drip do not lengthen the time for a head`() async throws {
        let limits = Self.limits { $0.headTime = .milliseconds(200) }
        try await withServer(limits: limits) { port, _ in
            let client = try TestClient(port: port)
            try client.send("GET / HTTP/1.1\r\nHost: a\r\nX: ")
            // Ends because the server stops to take bytes: nothing else would stop the loop.
            while (try? client.send("x")) != nil { Gate.pause() }
        }
    }

    @Test
    func `a body that does not come is refused`() async throws {
        let limits = Self.limits { $0.bodyTime = .milliseconds(50) }
        try await withServer(limits: limits) { port, _ in
            let client = try TestClient(port: port)
            try client.send(request("POST", "/echo", "Content-Length: 9\r\n") + "half")
            #expect(try client.response().status == 408)
            #expect(try client.rest() == "")
        }
    }

    @Test
    func `a refused body that does not come gets no second answer`() async throws {
        let limits = Self.limits { $0.bodyTime = .milliseconds(50) }
        try await withServer(limits: limits) { port, _ in
            let client = try TestClient(port: port)
            try client.send(request("POST", "/missing", "Content-Length: 9\r\n") + "half")
            #expect(try client.response().status == 404)
            #expect(try client.rest() == "")
        }
    }

    @Test
    func `an idle connection is closed without a word`() async throws {
        let limits = Self.limits { $0.idleTime = .milliseconds(50) }
        try await withServer(limits: limits) { port, _ in
            let client = try TestClient(port: port)
            #expect(try client.rest() == "")
        }
    }

    @Test
    func `a connection is idle again after its answer`() async throws {
        // Long enough for a request to come in time, however busy the machine is.
        let limits = Self.limits { $0.idleTime = .seconds(1) }
        try await withServer(limits: limits) { port, _ in
            let client = try TestClient(port: port)
            try client.send(request("GET", "/x"))
            #expect(try client.response().text == "/x")
            #expect(try client.rest() == "")
        }
    }

    @Test
    func `a body that keeps the rate may take longer than the time for one`() async throws {
        let limits = Self.limits { limits in
            limits.bodyTime = .milliseconds(50)
            limits.bytesPerSecond = 1
        }
        try await withServer(limits: limits) { port, _ in
            let client = try TestClient(port: port)
            // By the first hundred bytes, which come at once, the time grows by 100 seconds.
            try client.send(
                request("POST", "/echo", "Content-Length: 101\r\n")
                    + String(repeating: "x", count: 100))
            for _ in 0..<100 { Gate.pause() }
            try client.send("y")
            #expect(try client.response().text.utf8.count == 101)
        }
    }

    @Test
    func `a client that does not take its answer is closed`() async throws {
        let limits = Self.limits { limits in
            limits.writeTime = .milliseconds(50)
            limits.bytesPerSecond = 1_000_000_000
            limits.connections = 1
        }
        try await withServer(limits: limits) { port, _ in
            let client = try TestClient(port: port, receiveBuffer: 4096)
            try client.send(request("GET", "/large"))
            // There is room for one: this one is served when the other has been given up.
            let other = try TestClient(port: port)
            try other.send(request("GET", "/x"))
            #expect(try other.response().text == "/x")
            #expect(throws: TestClient.Failure.self) { try client.response() }
        }
    }

    @Test
    func `computing that takes too long is told to stop`() async throws {
        let limits = Self.limits { $0.computingTime = .milliseconds(50) }
        try await withServer(limits: limits) { port, responder in
            let client = try TestClient(port: port)
            try client.send(request("GET", "/held"))
            #expect(try client.response().text == "stop")
            #expect(responder.cancelled.value == 1)
        }
    }

    @Test
    func `computing is told to stop when its client is gone`() async throws {
        try await withServer { port, responder in
            let client = try TestClient(port: port)
            try client.send(request("GET", "/held"))
            #expect(responder.begun.reaches(1))
            client.reset()
            #expect(responder.cancelled.reaches(1))
        }
    }
}
