import Dispatch
import Glibc
import TestSupport
import Testing

@testable import GradientClient

/// Answers that are taken while they come.
struct GradientClientStreamTests {
    private static let head =
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    @Test func `each piece is handed over before the next is sent`() throws {
        let taken = DispatchSemaphore(value: 0)
        let server = LoopbackServer(
            .pieces([Self.head, "3\r\none\r\n", "3\r\ntwo\r\n", "0\r\n\r\n"]) {
                // Ends by itself, so that a client that waits for the whole fails here.
                _ = taken.wait(timeout: .now() + 60)
            })
        defer { server.stop() }
        var seen: [String] = []
        let response = try GradientClient(baseURL: server.url).stream(
            path: "/",
            onHead: { head in
                seen.append("\(head.status) \(head.value(of: "content-type") ?? "")")
                taken.signal()
            },
            onBytes: { bytes in
                seen.append(Self.text(bytes))
                taken.signal()
                return true
            })
        #expect(seen == ["200 text/event-stream", "one", "two"])
        #expect(response.status == 200)
        #expect(response.body.isEmpty)
    }

    @Test func `what is sent with it is as for any request`() throws {
        let server = LoopbackServer(.bytes(.empty))
        defer { server.stop() }
        try GradientClient(baseURL: server.url).stream(
            method: "POST", path: "/train", fields: [Field("Accept", "application/x-ndjson")],
            body: [0x31]
        ) { _ in true }
        let request = try #require(server.requests.first)
        #expect(request.hasPrefix("POST /train HTTP/1.1\r\n"))
        #expect(request.contains("\r\nAccept: application/x-ndjson\r\n"))
        #expect(request.hasSuffix("\r\n\r\n1"))
    }

    @Test func `a refusal is handed over like any answer`() throws {
        let server = LoopbackServer(
            .bytes("HTTP/1.1 422 Unprocessable Content\r\nContent-Length: 2\r\n\r\n{}"))
        defer { server.stop() }
        var body: [UInt8] = []
        let response = try GradientClient(baseURL: server.url).stream(path: "/") {
            body += $0
            return true
        }
        #expect(response.status == 422)
        #expect(Self.text(body) == "{}")
    }

    @Test func `whoever has enough hangs up, and may call again`() throws {
        let server = LoopbackServer { request in
            request.contains("/stream") ? .bytes(Self.head + "3\r\none\r\n") : .bytes(.empty)
        }
        defer { server.stop() }
        let client = GradientClient(baseURL: server.url)
        var count = 0
        let response = try client.stream(path: "/stream") { _ in
            count += 1
            return false
        }
        #expect(count == 1)
        #expect(response.status == 200)
        #expect(try client.get("/").status == 200)
        #expect(server.connectionCount == 2)
    }

    @Test func `a stream that breaks off is told, after what has come`() throws {
        let server = LoopbackServer(.bytesThenClose(Self.head + "3\r\none\r\n"))
        defer { server.stop() }
        var body: [UInt8] = []
        #expect(throws: GradientClientError.self) {
            try GradientClient(baseURL: server.url).stream(path: "/") {
                body += $0
                return true
            }
        }
        #expect(Self.text(body) == "one")
    }

    @Test func `a stream that is silent for too long is given up`() throws {
        let server = LoopbackServer(.bytes(Self.head + "3\r\none\r\n"))
        defer { server.stop() }
        var limits = ClientLimits()
        limits.silenceTime = .milliseconds(10)
        let error = #expect(throws: GradientClientError.self) {
            try GradientClient(baseURL: server.url, limits: limits).stream(path: "/") { _ in true }
        }
        #expect(error == .timedOut("nothing came for too long"))
    }

    @Test func `neither the time of a call nor the longest answer ends a stream`() throws {
        let server = LoopbackServer(
            .pieces([Self.head, "3\r\none\r\n", "0\r\n\r\n"]) {
                for _ in 0..<10 { usleep(2000) }
            })
        defer { server.stop() }
        var limits = ClientLimits()
        limits.callTime = .milliseconds(1)
        limits.answerBytes = 1
        var body: [UInt8] = []
        try GradientClient(baseURL: server.url, limits: limits).stream(path: "/") {
            body += $0
            return true
        }
        #expect(Self.text(body) == "one")
    }

    @Test func `the head is told once, without interim answers and trailers`() throws {
        let server = LoopbackServer(
            .bytes(
                "HTTP/1.1 102 Processing\r\n\r\n" + Self.head
                    + "3\r\none\r\n0\r\nX-Trailer: 1\r\n\r\n"))
        defer { server.stop() }
        var heads: [Response] = []
        try GradientClient(baseURL: server.url).stream(
            path: "/", onHead: { heads.append($0) }, onBytes: { _ in true })
        #expect(heads.map(\.status) == [200])
        #expect(heads.first?.value(of: "X-Trailer") == nil)
    }
}
