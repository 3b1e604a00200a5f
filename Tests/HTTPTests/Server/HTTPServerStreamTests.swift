import Dispatch
import TestSupport
import Testing

@testable import HTTP

/// Streams on the wire.
struct HTTPServerStreamTests {
    /// Delivers these pieces, at once.
    private static func stream(_ pieces: [HTTPBodyPiece]) -> TestStream {
        TestStream { number, deliver in deliver(pieces[number]) }
    }

    private static func bytes(_ text: String) -> HTTPBodyPiece { .bytes(Array(text.utf8)) }

    private static func withoutTimes(_ text: String) -> String {
        text.split(separator: "\r\n", omittingEmptySubsequences: false)
            .filter { !$0.hasPrefix("Date: ") && !$0.hasPrefix("Server-Timing: ") }
            .joined(separator: "\r\n")
    }

    @Test
    func `a stream is sent in chunks`() async throws {
        let stream = Self.stream([Self.bytes("hello, "), .bytes([]), .end(Array("world".utf8))])
        try await withServer(streams: [stream]) { port, _ in
            let client = try TestClient(port: port)
            try client.send(request("GET", "/stream", "Connection: close\r\n"))
            #expect(
                Self.withoutTimes(try client.rest())
                    == "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
                    + "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
                    + "7\r\nhello, \r\n5\r\nworld\r\n0\r\n\r\n")
        }
    }

    @Test
    func `for HTTP 1_0 the end of the connection is the end of the stream`() async throws {
        let stream = Self.stream([Self.bytes("hello, "), Self.bytes("world"), .end()])
        try await withServer(streams: [stream]) { port, _ in
            let client = try TestClient(port: port)
            try client.send("GET /stream HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
            #expect(
                Self.withoutTimes(try client.rest())
                    == "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n"
                    + "hello, world")
        }
    }

    @Test
    func `HEAD gets the head, and the stream is cancelled`() async throws {
        let stream = TestStream()
        try await withServer(streams: [stream]) { port, _ in
            let client = try TestClient(port: port)
            try client.send(request("HEAD", "/stream") + request("GET", "/x"))
            let head = try client.response(toHEAD: true)
            #expect(head.fields["content-type"] == "text/plain")
            #expect(try client.response().text == "/x")
            #expect(stream.cancelled.value == 1)
            #expect(stream.asked.value == 0)
        }
    }

    @Test
    func `each piece is sent at once, and the next asked for then`() async throws {
        let stream = TestStream()
        try await withServer(streams: [stream]) { port, _ in
            let client = try TestClient(port: port)
            try client.send(request("GET", "/stream"))
            #expect(try client.response().status == 200)
            for text in ["one", "two", "three"] {
                stream.deliver(text)
                #expect(try client.chunk() == text)
            }
            stream.deliver(.end())
            #expect(try client.chunk() == "")
            #expect(stream.asked.value == 4)
            #expect(stream.cancelled.value == 0)
        }
    }

    @Test
    func `requests behind a stream are answered after its end`() async throws {
        let stream = TestStream()
        try await withServer(streams: [stream]) { port, _ in
            let client = try TestClient(port: port)
            try client.send(request("GET", "/stream") + request("GET", "/x"))
            #expect(try client.response().status == 200)
            try client.send(request("GET", "/y"))
            stream.deliver("one")
            stream.deliver(.end())
            #expect(try client.chunk() == "one")
            #expect(try client.chunk() == "")
            #expect(try client.response().text == "/x")
            #expect(try client.response().text == "/y")
        }
    }

    @Test
    func `a connection serves one stream after the other`() async throws {
        let streams = (0..<3).map { Self.stream([Self.bytes("\($0)"), .end()]) }
        try await withServer(streams: streams) { port, _ in
            let client = try TestClient(port: port)
            for number in 0..<3 {
                try client.send(request("GET", "/stream"))
                #expect(try client.response().status == 200)
                #expect(try client.chunk() == "\(number)")
                #expect(try client.chunk() == "")
            }
        }
    }

    @Test
    func `pieces from any thread arrive in order`() async throws {
        let stream = TestStream { number, deliver in
            DispatchQueue.global().async {
                deliver(number < 500 ? Self.bytes("\(number)") : .end())
            }
        }
        try await withServer(streams: [stream]) { port, _ in
            let client = try TestClient(port: port)
            try client.send(request("GET", "/stream"))
            #expect(try client.response().status == 200)
            for number in 0..<500 { #expect(try client.chunk() == "\(number)") }
            #expect(try client.chunk() == "")
        }
    }

    @Test
    func `a stream that breaks off has no last chunk`() async throws {
        let stream = Self.stream([Self.bytes("one"), .abort])
        try await withServer(streams: [stream]) { port, _ in
            let client = try TestClient(port: port)
            try client.send(request("GET", "/stream"))
            let rest = try client.rest()
            #expect(rest.hasSuffix("\r\n\r\n3\r\none\r\n"))
            #expect(stream.cancelled.value == 0)
        }
    }

    @Test
    func `a stream that breaks off for HTTP 1_0 does not seem to have ended`() async throws {
        let stream = TestStream()
        try await withServer(streams: [stream]) { port, _ in
            let client = try TestClient(port: port)
            try client.send("GET /stream HTTP/1.0\r\n\r\n")
            #expect(try client.response().status == 200)
            stream.deliver(.abort)
            #expect(throws: TestClient.Failure.self) { try client.rest() }
        }
    }

    @Test
    func `a stream is logged at its end, with what was sent`() async throws {
        let log = Locked<[HTTPExchange]>([])
        let logged = Counter()
        let streams = [TestStream(), TestStream()]
        try await withServer(
            streams: streams,
            log: { exchange in
                log.withLock { $0.append(exchange) }
                logged.increment()
            }
        ) { port, _ in
            let client = try TestClient(port: port)
            try client.send(request("GET", "/stream?1"))
            streams[0].deliver("one")
            #expect(try client.response().status == 200)
            #expect(logged.value == 0)
            streams[0].deliver(.end([1, 2]))
            #expect(logged.reaches(1))
            let other = try TestClient(port: port)
            try other.send(request("GET", "/stream?2"))
            streams[1].deliver("four")
            #expect(streams[1].asked.reaches(2))
            other.reset()
            #expect(logged.reaches(2))
        }
        let entries = log.withLock { $0 }
        #expect(entries.map(\.head?.query) == ["1", "2"])
        #expect(entries.map(\.bodyBytes) == [5, 4])
    }

    @Test
    func `plain requests are answered while many streams go on`() async throws {
        let streams = (0..<100).map { _ in TestStream() }
        var limits = HTTPLimits()
        limits.computing = 1
        try await withServer(limits: limits, streams: streams) { port, _ in
            let clients = try streams.map { _ in
                let client = try TestClient(port: port)
                try client.send(request("GET", "/stream"))
                #expect(try client.response().status == 200)
                return client
            }
            let plain = try TestClient(port: port)
            for round in 0..<3 {
                for stream in streams { stream.deliver("\(round)") }
                try plain.send(request("GET", "/x"))
                #expect(try plain.response().text == "/x")
                for client in clients { #expect(try client.chunk() == "\(round)") }
            }
            for stream in streams { stream.deliver(.end()) }
            for client in clients { #expect(try client.chunk() == "") }
        }
    }
}
