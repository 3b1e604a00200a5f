import Glibc
import TestSupport
import Testing

@testable import GradientClient

struct GradientClientErrorTests {
    @Test(arguments: [
        ("G ET", "/", Field("A", "b")),
        ("GET\r\nX: y", "/", Field("A", "b")),
        ("", "/", Field("A", "b")),
        ("GET", "/ HTTP/1.1\r\nX: y\r\n\r\n", Field("A", "b")),
        ("GET", "@127.0.0.2/", Field("A", "b")),
        ("GET", ".127.0.0.2/", Field("A", "b")),
        ("GET", "/", Field("A\r\nB", "b")),
        ("GET", "/", Field("A", "b\r\nC: d")),
        ("GET", "/", Field("", "b")),
    ])
    func `what would forge a request is refused before it is sent`(
        method: String, path: String, field: Field
    ) throws {
        let server = LoopbackServer(.bytes(.empty))
        defer { server.stop() }
        let client = GradientClient(baseURL: server.url)
        let error = #expect(throws: GradientClientError.self) {
            try client.request(method: method, path: path, fields: [field])
        }
        guard case .invalidRequest = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(server.connectionCount == 0)
    }

    @Test func `HEAD with a body is refused`() {
        let client = GradientClient(baseURL: "http://127.0.0.1:1")
        #expect(throws: GradientClientError.invalidRequest("HEAD takes no body")) {
            try client.request(method: "HEAD", path: "/", body: [0x31])
        }
    }

    @Test(arguments: ["file:///etc/hostname", "ftp://127.0.0.1/", "gopher://127.0.0.1:1/"])
    func `only HTTP and HTTPS are spoken`(url: String) {
        let error = #expect(throws: GradientClientError.self) {
            try GradientClient(baseURL: url).get("")
        }
        guard case .invalidRequest = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test func `a server that is not there is told apart, in libcurl's words`() {
        let (descriptor, port) = LoopbackServer.boundSocket()  // Bound, so that no other takes it.
        defer { close(descriptor) }
        let error = #expect(throws: GradientClientError.self) {
            try GradientClient(baseURL: "http://127.0.0.1:\(port)").get("/")
        }
        guard case .unreachable(let text) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(text.contains("\(port)"))
    }

    @Test func `a server that stays silent is given up on`() {
        let server = LoopbackServer(.silence)
        defer { server.stop() }
        var limits = ClientLimits()
        limits.callTime = .milliseconds(200)
        let client = GradientClient(baseURL: server.url, limits: limits)
        let error = #expect(throws: GradientClientError.self) { try client.get("/") }
        guard case .timedOut = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test(arguments: ["", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"])
    func `an answer that is cut is no answer`(sent: String) {
        let server = LoopbackServer(.bytesThenClose(sent))
        defer { server.stop() }
        let client = GradientClient(baseURL: server.url)
        let error = #expect(throws: GradientClientError.self) { try client.get("/") }
        guard case .transferFailed = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test(arguments: [
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabcde",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n",
    ])
    func `a body is taken up to the limit and not beyond`(answer: String) throws {
        let server = LoopbackServer(.bytes(answer))
        defer { server.stop() }
        var limits = ClientLimits()
        limits.answerBytes = 4
        #expect(throws: GradientClientError.answerTooLong(limit: 4)) {
            try GradientClient(baseURL: server.url, limits: limits).get("/")
        }
        limits.answerBytes = 5
        #expect(try GradientClient(baseURL: server.url, limits: limits).get("/").text == "abcde")
    }

    @Test func `a call that failed does not spoil the next`() throws {
        let server = LoopbackServer {
            $0.hasPrefix("GET /bad") ? .bytesThenClose("x") : .bytes(.empty)
        }
        defer { server.stop() }
        let client = GradientClient(baseURL: server.url)
        #expect(throws: GradientClientError.self) { try client.get("/bad") }
        #expect(try client.get("/good").status == 200)
    }
}
