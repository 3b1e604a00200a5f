import TestSupport
import Testing

@testable import HTTP

/// What becomes of a stream whose client is slow, silent or gone.
struct HTTPStreamClientTests {
    private static func limits(_ change: (inout HTTPLimits) -> Void = { _ in }) -> HTTPLimits {
        HTTPServerDeadlineTests.limits { limits in
            limits.heartbeatTime = .seconds(3600)
            change(&limits)
        }
    }

    /// Makes pieces of that size for ever.
    private static func endless(_ size: Int) -> TestStream {
        TestStream { _, deliver in deliver(.bytes([UInt8](repeating: 120, count: size))) }
    }

    @Test
    func `no more is made than a slow reader takes, and it is given up in time`() async throws {
        let size = 100_000
        let stream = Self.endless(size)
        let log = Locked(0)
        let limits = Self.limits { limits in
            limits.writeTime = .milliseconds(50)
            limits.bytesPerSecond = 1_000_000_000
        }
        try await withServer(
            limits: limits, streams: [stream],
            log: { exchange in log.withLock { $0 = exchange.bodyBytes } }
        ) { port, _ in
            let client = try TestClient(port: port, receiveBuffer: 4096)
            try client.send(request("GET", "/stream"))
            #expect(stream.cancelled.reaches(1))
            // What the system had taken still comes; the rest is what was held.
            let received = try client.rest().utf8.count
            let made = log.withLock { $0 }
            #expect(made == stream.asked.value * size || made == (stream.asked.value - 1) * size)
            #expect(made - received <= limits.streamedBytes + size)
        }
    }

    @Test
    func `a reader that takes its time gets all`() async throws {
        let count = 100
        let stream = TestStream { number, deliver in
            let bytes = [UInt8](repeating: UInt8(97 + number % 26), count: 50_000)
            deliver(number < count ? .bytes(bytes) : .end())
        }
        try await withServer(limits: Self.limits(), streams: [stream]) { port, _ in
            let client = try TestClient(port: port, receiveBuffer: 4096)
            try client.send(request("GET", "/stream"))
            #expect(try client.response().status == 200)
            for number in 0..<count {
                let letter = String(UnicodeScalar(UInt8(97 + number % 26)))
                #expect(try client.chunk() == String(repeating: letter, count: 50_000))
            }
            #expect(try client.chunk() == "")
        }
    }

    @Test
    func `a silent stream has heartbeats`() async throws {
        let stream = TestStream(heartbeat: ": \n\n")
        let limits = Self.limits { $0.heartbeatTime = .milliseconds(20) }
        try await withServer(limits: limits, streams: [stream]) { port, _ in
            let client = try TestClient(port: port)
            try client.send(request("GET", "/stream"))
            #expect(try client.response().status == 200)
            for _ in 0..<3 { #expect(try client.chunk() == ": \n\n") }
            stream.deliver("one")
            var chunk = try client.chunk()
            while chunk == ": \n\n" { chunk = try client.chunk() }
            #expect(chunk == "one")
            #expect(try client.chunk() == ": \n\n")
        }
    }

    @Test
    func `HTTP 1_0 gets heartbeats as they are`() async throws {
        let stream = TestStream(heartbeat: "\n")
        let limits = Self.limits { $0.heartbeatTime = .milliseconds(20) }
        try await withServer(limits: limits, streams: [stream]) { port, _ in
            let client = try TestClient(port: port)
            try client.send("GET /stream HTTP/1.0\r\n\r\n")
            #expect(try client.response().status == 200)
            for _ in 0..<10 { Gate.pause() }
            while !client.hasInput() {}
            stream.deliver(.end(Array("end".utf8)))
            let text = try client.rest()
            #expect(text.hasPrefix("\n") && text.hasSuffix("\nend"))
        }
    }

    @Test
    func `a stream is cancelled when its client resets the connection`() async throws {
        let stream = TestStream()
        try await withServer(limits: Self.limits(), streams: [stream]) { port, _ in
            let client = try TestClient(port: port)
            try client.send(request("GET", "/stream"))
            #expect(stream.asked.reaches(1))
            client.reset()
            #expect(stream.cancelled.reaches(1))
        }
    }

    @Test
    func `a stream is cancelled when its client resets while it takes pieces`() async throws {
        let stream = Self.endless(1000)
        try await withServer(limits: Self.limits(), streams: [stream]) { port, _ in
            let client = try TestClient(port: port)
            try client.send(request("GET", "/stream"))
            #expect(try client.response().status == 200)
            client.reset()
            #expect(stream.cancelled.reaches(1))
        }
    }

    @Test
    func `a stream that is silent is cancelled when its client has closed`() async throws {
        let stream = TestStream(heartbeat: "\n")
        let limits = Self.limits { $0.presenceTime = .milliseconds(20) }
        try await withServer(limits: limits, streams: [stream]) { port, _ in
            let client = try TestClient(port: port)
            try client.send(request("GET", "/stream"))
            #expect(stream.asked.reaches(1))
            client.close()
            #expect(stream.cancelled.reaches(1))
            #expect(stream.asked.value == 1)
        }
    }

    @Test
    func `a client that closed before its stream began is noticed too`() async throws {
        let stream = TestStream(heartbeat: "\n")
        let limits = Self.limits { $0.presenceTime = .milliseconds(20) }
        try await withServer(limits: limits, streams: [stream]) { port, _ in
            let client = try TestClient(port: port)
            try client.send(request("GET", "/x") + request("GET", "/stream"))
            client.closeWriting()
            #expect(try client.finalResponse().text == "/x")
            client.close()
            #expect(stream.cancelled.reaches(1))
        }
    }

    @Test
    func `a client that closed only its side is asked, and gets its stream`() async throws {
        let stream = TestStream(heartbeat: "\n")
        let limits = Self.limits { $0.presenceTime = .milliseconds(20) }
        try await withServer(limits: limits, streams: [stream]) { port, _ in
            let client = try TestClient(port: port)
            try client.send(request("GET", "/stream"))
            client.closeWriting()
            #expect(try client.response().status == 200)
            for _ in 0..<3 { #expect(try client.chunk() == "\n") }
            stream.deliver("one")
            stream.deliver(.end())
            let rest = try client.rest()
            #expect(rest.hasSuffix("3\r\none\r\n0\r\n\r\n"))
            #expect(stream.cancelled.value == 0)
        }
    }

    @Test
    func `what a client sends behind a stream waits within bounds`() async throws {
        let stream = TestStream()
        try await withServer(limits: Self.limits(), streams: [stream]) { port, _ in
            let client = try TestClient(port: port)
            try client.send(request("GET", "/stream"))
            #expect(stream.asked.reaches(1))
            let sender = Thread {
                for _ in 0..<20 {
                    try client.send(
                        request("POST", "/echo", body: String(repeating: "x", count: 100_000)))
                }
            }
            stream.deliver(.end())
            #expect(try client.response().status == 200)
            #expect(try client.chunk() == "")
            for _ in 0..<20 { #expect(try client.response().body.count == 100_000) }
            try sender.join()
        }
    }
}
