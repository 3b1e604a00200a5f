import Glibc
import TestSupport
import Testing

@testable import HTTP

struct HTTPServerTests {
    @Test
    func `a connection serves one request after the other`() async throws {
        try await withServer { port, _ in
            let client = try TestClient(port: port)
            for body in ["one", "two", "three"] {
                try client.send(request("POST", "/echo", body: body))
                let response = try client.response()
                #expect(response.status == 200)
                #expect(response.text == body)
                #expect(response.fields["connection"] == nil)
                #expect(response.fields["date"]?.hasSuffix(" GMT") == true)
            }
        }
    }

    @Test
    func `pipelined requests are answered in order`() async throws {
        try await withServer { port, _ in
            let client = try TestClient(port: port)
            let paths = (0..<3000).map { "/\($0)" }
            try client.send(paths.map { request("GET", $0) }.joined())
            for path in paths { try #require(try client.response().text == path) }
        }
    }

    @Test
    func `pipelined requests that are refused are answered in order`() async throws {
        try await withServer { port, _ in
            let client = try TestClient(port: port)
            let count = 3000
            try client.send(
                String(repeating: request("POST", "/missing", body: "x"), count: count)
                    + request("GET", "/last"))
            for _ in 0..<count { try #require(try client.response().status == 404) }
            #expect(try client.response().text == "/last")
        }
    }

    @Test
    func `a request is read byte by byte`() async throws {
        try await withServer { port, _ in
            let client = try TestClient(port: port)
            for byte in request("POST", "/echo", body: "hello").utf8 { try client.send([byte]) }
            #expect(try client.response().text == "hello")
        }
    }

    @Test
    func `large bodies go both ways`() async throws {
        try await withServer { port, _ in
            let client = try TestClient(port: port)
            let body = String(repeating: "0123456789abcdef", count: 500_000)
            try client.send(request("POST", "/echo", body: body))
            #expect(try client.response().text == body)
            try client.send(request("GET", "/next"))
            #expect(try client.response().text == "/next")
        }
    }

    @Test
    func `HEAD is answered with the length alone`() async throws {
        try await withServer { port, _ in
            let client = try TestClient(port: port)
            try client.send(request("HEAD", "/abc") + request("GET", "/x"))
            let response = try client.response(toHEAD: true)
            #expect(response.status == 200)
            #expect(response.fields["content-length"] == "4")
            #expect(try client.response().text == "/x")
        }
    }

    @Test
    func `HTTP 1_0 may keep its connection`() async throws {
        try await withServer { port, _ in
            let client = try TestClient(port: port)
            for _ in 0..<2 {
                try client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
                #expect(try client.response().fields["connection"] == "keep-alive")
            }
        }
    }

    @Test
    func `a client that closed its side gets its answers`() async throws {
        try await withServer { port, _ in
            let client = try TestClient(port: port)
            try client.send(request("GET", "/a") + request("POST", "/echo", body: "b"))
            client.closeWriting()
            #expect(try client.response().text == "/a")
            let last = try client.response()
            #expect(last.text == "b")
            #expect(try client.rest() == "")
        }
    }

    @Test
    func `two hundred connections are served at a time`() async throws {
        var limits = HTTPLimits()
        limits.waiting = 200
        try await withServer(limits: limits) { port, _ in
            let clients = try (0..<200).map { _ in try TestClient(port: port) }
            for round in 0..<3 {
                for (number, client) in clients.enumerated() {
                    try client.send(request("POST", "/echo", body: "\(round) \(number)"))
                }
                for (number, client) in clients.enumerated() {
                    try #require(try client.response().text == "\(round) \(number)")
                }
            }
        }
    }

    @Test
    func `connections beyond the limit wait for their turn`() async throws {
        var limits = HTTPLimits()
        limits.connections = 2
        try await withServer(limits: limits) { port, _ in
            let first = try TestClient(port: port)
            let second = try TestClient(port: port)
            let third = try TestClient(port: port)
            for client in [first, second, third] { try client.send(request("GET", "/x")) }
            #expect(try first.response().text == "/x")
            #expect(try second.response().text == "/x")
            first.close()
            #expect(try third.response().text == "/x")
        }
    }

    @Test
    func `every answer is logged`() async throws {
        let log = Locked<[String]>([])
        try await withServer(log: { exchange in
            log.withLock {
                $0.append(
                    "\(exchange.head?.path ?? "-") \(exchange.status!.code) \(exchange.bodyBytes)")
            }
        }) { port, _ in
            let client = try TestClient(port: port)
            try client.send(request("GET", "/abc") + request("GET", "/missing") + "x\r\n\r\n")
            _ = try client.rest()
        }
        #expect(log.withLock { $0.prefix(2) } == ["/abc 200 4", "/missing 404 2"])
        #expect(log.withLock { $0.last?.hasPrefix("- 400 ") } == true)
    }

    @Test
    func `a port in use is an error that names it`() async throws {
        try await withServer { port, responder in
            let second = HTTPServer(host: "127.0.0.1", port: port, responder: responder)
            let error = #expect(throws: SocketError.self) { try second.start() }
            #expect(
                error
                    == .failed(call: "bind", address: "127.0.0.1:\(port)", code: EADDRINUSE))
            #expect(error?.description.contains("127.0.0.1:\(port)") == true)
        }
    }

    @Test
    func `a host without address is an error`() {
        let server = HTTPServer(host: "256.0.0.1 x", port: 0, responder: TestResponder())
        let error = #expect(throws: SocketError.self) { try server.start() }
        #expect(error?.description.contains("256.0.0.1 x") == true)
    }

    @Test
    func `the name localhost listens on loopback`() async throws {
        let server = HTTPServer(host: "localhost", port: 0, responder: TestResponder())
        let port = try server.start()
        let client = try TestClient(port: port)
        try client.send(request("GET", "/x"))
        #expect(try client.response().text == "/x")
        await server.drain(within: .seconds(10))
    }
}
