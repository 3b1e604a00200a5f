import TestSupport
import Testing

@testable import HTTP

/// Streams that are going on when the server stops.
struct HTTPStreamDrainTests {
    private static func server(_ stream: TestStream) -> HTTPServer {
        let responder = TestResponder()
        responder.streams.withLock { $0 = [stream] }
        return HTTPServer(host: "127.0.0.1", port: 0, responder: responder)
    }

    @Test
    func `a stream is told of the draining, and may end by itself`() async throws {
        let stream = TestStream(endsOnDrain: false)
        let server = Self.server(stream)
        let client = try TestClient(port: try server.start())
        try client.send(request("GET", "/stream"))
        #expect(stream.asked.reaches(1))
        let ending = Thread {
            #expect(stream.drained.reaches(1))
            stream.deliver("one")
            stream.deliver(.end(Array("two".utf8)))
            let rest = try client.rest()
            #expect(rest.hasSuffix("3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n"))
            client.close()
        }
        await server.drain(within: .seconds(60))
        try ending.join()
        #expect(stream.stopped.value == 0)
        #expect(stream.cancelled.value == 0)
    }

    @Test
    func `what a stream delivers when it is stopped still goes out`() async throws {
        let stream = TestStream(endsOnDrain: false, endOnStop: .end(Array("bye".utf8)))
        let server = Self.server(stream)
        let client = try TestClient(port: try server.start())
        try client.send(request("GET", "/stream"))
        #expect(stream.asked.reaches(1))
        await server.drain(within: .milliseconds(10))
        let rest = try client.rest()
        #expect(rest.hasSuffix("\r\n\r\n3\r\nbye\r\n0\r\n\r\n"))
        #expect(stream.stopped.value == 1)
        #expect(stream.cancelled.value == 0)
    }

    @Test
    func `a stream that does not end is cancelled`() async throws {
        let stream = TestStream(endsOnDrain: false)
        let server = Self.server(stream)
        let client = try TestClient(port: try server.start())
        try client.send(request("GET", "/stream"))
        #expect(stream.asked.reaches(1))
        await server.drain(within: .milliseconds(10))
        #expect(stream.stopped.value == 1)
        #expect(stream.cancelled.value == 1)
        let rest = try client.rest()
        #expect(!rest.hasSuffix("0\r\n\r\n"))
    }

    @Test
    func `a stream that begins while the server drains is told so`() async throws {
        let stream = TestStream(endsOnDrain: false)
        let responder = TestResponder()
        let server = HTTPServer(host: "127.0.0.1", port: 0, responder: responder)
        let port = try server.start()
        let client = try TestClient(port: port)
        try client.send(request("GET", "/later"))
        #expect(responder.postponed.reaches(1))
        let ending = Thread {
            while (try? TestClient(port: port)) != nil { Gate.pause() }
            responder.later.withLock { $0[0] }.deliver(
                HTTPResponse(status: .ok, content: .stream(stream)))
            #expect(stream.drained.reaches(1))
            stream.deliver(.end())
            _ = try client.rest()
            client.close()
        }
        await server.drain(within: .seconds(60))
        try ending.join()
        #expect(stream.drained.value == 1)
    }
}
