import TestSupport
import Testing

@testable import HTTP

struct HTTPServerRefusalTests {
    @Test
    func `100 Continue is sent when the body is wanted`() async throws {
        try await withServer { port, _ in
            let client = try TestClient(port: port)
            try client.send(
                request("POST", "/echo", "Expect: 100-continue\r\nContent-Length: 2\r\n"))
            #expect(try client.response().status == 100)
            try client.send("hi")
            #expect(try client.response().text == "hi")
        }
    }

    @Test
    func `100 Continue is sent for a chunked body`() async throws {
        try await withServer { port, _ in
            let client = try TestClient(port: port)
            try client.send(
                request("POST", "/echo", "Expect: 100-continue\r\nTransfer-Encoding: chunked\r\n"))
            #expect(try client.response().status == 100)
            try client.send("2\r\nhi\r\n0\r\n\r\n")
            #expect(try client.response().text == "hi")
        }
    }

    @Test
    func `HTTP 1_0 never gets 100 Continue`() async throws {
        try await withServer { port, _ in
            let client = try TestClient(port: port)
            try client.send(
                "POST /echo HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
            try client.send("hi")
            #expect(try client.response().status == 200)
        }
    }

    @Test
    func `a refused body that comes late is not taken for a request`() async throws {
        try await withServer { port, _ in
            let client = try TestClient(port: port)
            let body = request("GET", "/inner")
            try client.send(request("POST", "/missing", "Content-Length: \(body.utf8.count)\r\n"))
            #expect(try client.response().status == 404)
            try client.send(body + request("GET", "/next"))
            #expect(try client.response().text == "/next")
        }
    }

    @Test
    func `a client that sends all of a refused body can read the refusal`() async throws {
        var limits = HTTPLimits()
        limits.bodyBytes = 1000
        try await withServer(limits: limits) { port, _ in
            let client = try TestClient(port: port)
            try client.send(
                request("POST", "/echo", body: String(repeating: "x", count: 20_000_000)))
            #expect(try client.response().status == 413)
            #expect(try client.rest() == "")
        }
    }

    @Test
    func `a chunked body over the limit is refused`() async throws {
        var limits = HTTPLimits()
        limits.bodyBytes = 1000
        try await withServer(limits: limits) { port, _ in
            let client = try TestClient(port: port)
            let chunk = "100\r\n\(String(repeating: "x", count: 256))\r\n"
            try client.send(
                request("POST", "/echo", "Transfer-Encoding: chunked\r\n")
                    + String(repeating: chunk, count: 10_000) + "0\r\n\r\n")
            #expect(try client.response().status == 413)
            #expect(try client.rest() == "")
        }
    }
}
