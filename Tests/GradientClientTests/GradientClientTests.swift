import Dispatch
import Glibc
import TestSupport
import Testing

@testable import GradientClient

struct GradientClientTests {
    @Test func `the answer's status, fields and body are given back`() throws {
        let server = LoopbackServer(
            .bytes(
                "HTTP/1.1 422 Unprocessable Content\r\nContent-Type: application/problem+json\r\n"
                    + "X-Twice: one\r\nx-twice:  two \r\nX-Empty:\r\nContent-Length: 7\r\n\r\n{\"a\":1}"
            ))
        defer { server.stop() }
        let response = try GradientClient(baseURL: server.url).get("/limits")
        #expect(response.status == 422)
        #expect(response.value(of: "content-type") == "application/problem+json")
        let twice = response.fields.filter { $0.name.lowercased() == "x-twice" }.map(\.value)
        #expect(twice == ["one", "two"])
        #expect(response.value(of: "X-Empty") == "")
        #expect(response.value(of: "X-Missing") == nil)
        #expect(response.text == "{\"a\":1}")
    }

    @Test func `JSON is posted as it is, with its type and length`() throws {
        let server = LoopbackServer(.bytes(.empty))
        defer { server.stop() }
        _ = try GradientClient(baseURL: server.url + "/").post(
            "/train?a=b", json: Array("[1, 2]".utf8))
        let request = try #require(server.requests.first)
        #expect(request.hasPrefix("POST /train?a=b HTTP/1.1\r\n"))
        #expect(request.contains("\r\nContent-Type: application/json\r\n"))
        #expect(request.contains("\r\nContent-Length: 6\r\n"))
        #expect(request.hasSuffix("\r\n\r\n[1, 2]"))
    }

    @Test func `a body of every byte arrives whole`() throws {
        let server = LoopbackServer(.bytes(.empty))
        defer { server.stop() }
        // Zero bytes must not end it; only ASCII, so that the server can keep it as text.
        let body = (0..<100_000).map { UInt8($0 % 128) }
        _ = try GradientClient(baseURL: server.url).post("/", json: body)
        #expect(server.requests.first?.utf8.suffix(body.count).elementsEqual(body) == true)
    }

    @Test func `an empty body is sent with length 0, and none without a length`() throws {
        let server = LoopbackServer(.bytes(.empty))
        defer { server.stop() }
        let client = GradientClient(baseURL: server.url)
        _ = try client.request(method: "POST", path: "/", body: [])
        _ = try client.request(method: "POST", path: "/")
        #expect(server.requests.count == 2)
        #expect(server.requests.map { $0.contains("Content-Length: 0\r\n") } == [true, false])
        #expect(server.requests.allSatisfy { !$0.contains("Content-Type") })
    }

    @Test func `a token is sent with every request`() throws {
        let server = LoopbackServer(.bytes(.empty))
        defer { server.stop() }
        let client = GradientClient(baseURL: server.url, token: "a-token")
        _ = try client.get("/limits")
        _ = try client.post("/train", json: [])
        #expect(
            server.requests.map { $0.contains("\r\nAuthorization: Bearer a-token\r\n") }
                == [true, true])
    }

    @Test func `fields are sent as given`() throws {
        let server = LoopbackServer(.bytes(.empty))
        defer { server.stop() }
        let fields = [Field("Accept", "text/event-stream"), Field("X-Empty", "")]
        _ = try GradientClient(baseURL: server.url).request(
            method: "GET", path: "/", fields: fields)
        let request = try #require(server.requests.first)
        #expect(request.contains("\r\nAccept: text/event-stream\r\n"))
        #expect(request.contains("\r\nX-Empty:\r\n"))
    }

    @Test func `dots in a path are left to the server`() throws {
        let server = LoopbackServer(.bytes(.empty))
        defer { server.stop() }
        _ = try GradientClient(baseURL: server.url).get("/a/../b")
        #expect(server.requests.first?.hasPrefix("GET /a/../b HTTP/1.1") == true)
    }

    @Test func `HEAD waits for no body`() throws {
        let server = LoopbackServer(.bytes("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"))
        defer { server.stop() }
        let response = try GradientClient(baseURL: server.url).request(method: "HEAD", path: "/")
        #expect(response.value(of: "Content-Length") == "9")
        #expect(response.body.isEmpty)
    }

    @Test func `calls one after the other share a connection`() throws {
        let server = LoopbackServer(.bytes(.empty))
        defer { server.stop() }
        let client = GradientClient(baseURL: server.url)
        for _ in 0..<3 { _ = try client.post("/", json: [0x31]) }
        #expect(server.requests.count == 3)
        #expect(server.connectionCount == 1)
    }

    @Test func `calls from many threads get their own answers`() throws {
        let server = LoopbackServer { request in
            let path = String(request.split(separator: " ")[1])
            return .bytes("HTTP/1.1 200 OK\r\nContent-Length: \(path.utf8.count)\r\n\r\n\(path)")
        }
        defer { server.stop() }
        let client = GradientClient(baseURL: server.url)
        let answers = Locked<[Int: String]>([:])
        DispatchQueue.concurrentPerform(iterations: 64) { i in
            let text = (try? client.get("/\(i)"))?.text
            answers.withLock { $0[i] = text }
        }
        let expected = Dictionary(uniqueKeysWithValues: (0..<64).map { ($0, "/\($0)") })
        #expect(answers.withLock { $0 } == expected)
    }

    @Test func `a redirect is given back, not followed`() throws {
        let server = LoopbackServer(
            .bytes("HTTP/1.1 302 Found\r\nLocation: /other\r\nContent-Length: 0\r\n\r\n"))
        defer { server.stop() }
        let response = try GradientClient(baseURL: server.url).get("/")
        #expect(response.status == 302)
        #expect(response.value(of: "Location") == "/other")
        #expect(server.requests.count == 1)
    }

    @Test func `an interim answer is not taken for the answer`() throws {
        let server = LoopbackServer(
            .bytes("HTTP/1.1 100 Continue\r\nX-Interim: 1\r\n\r\n" + .empty))
        defer { server.stop() }
        let response = try GradientClient(baseURL: server.url).post("/", json: [0x31])
        #expect(response.status == 200)
        #expect(response.value(of: "X-Interim") == nil)
    }
}

extension String {
    /// An answer without a body.
    static let empty = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
}
