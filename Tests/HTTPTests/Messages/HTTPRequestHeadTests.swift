import Testing

@testable import HTTP

struct HTTPRequestHeadTests {
    @Test(arguments: [
        ("GET / HTTP/1.1\r\nHost: a", true),
        ("GET / HTTP/1.1\r\nHost: a\r\nConnection: close", false),
        ("GET / HTTP/1.1\r\nHost: a\r\nConnection: x, CLOSE", false),
        ("GET / HTTP/1.1\r\nHost: a\r\nConnection: keep-alive\r\nConnection: close", false),
        ("GET / HTTP/1.0", false),
        ("GET / HTTP/1.0\r\nConnection: Keep-Alive", true),
        ("GET / HTTP/1.7\r\nHost: a", true),
    ])
    func `a connection persists by version and Connection`(text: String, persists: Bool) throws {
        #expect(try parseHead(text + "\r\n\r\n")?.keepsAlive == persists)
    }

    @Test(arguments: [
        ("POST / HTTP/1.1\r\nHost: a", HTTPParseError.lengthRequired),
        ("PUT / HTTP/1.1\r\nHost: a", .lengthRequired),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0", nil),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked", nil),
        ("GET / HTTP/1.1\r\nHost: a", nil),
        (
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 11",
            .bodyTooLarge(size: 11, limit: 10)
        ),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10", nil),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nExpect: 100-Continue", nil),
        (
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nExpect: cake",
            .unknownExpectation("cake")
        ),
        ("POST / HTTP/1.0\r\nContent-Length: 1\r\nExpect: cake", nil),
    ])
    func `a body is judged by its head`(text: String, error: HTTPParseError?) throws {
        var limits = HTTPLimits()
        limits.bodyBytes = 10
        let head = try #require(try parseHead(text + "\r\n\r\n"))
        var thrown: HTTPParseError?
        do throws(HTTPParseError) { try head.checkBody(limits: limits) } catch { thrown = error }
        #expect(thrown == error)
    }

    @Test(arguments: ["FOO", "get", "CONNECT"])
    func `a method that is not known is refused`(method: String) throws {
        let head = try HTTPRequestHead(
            method: method, target: method == "CONNECT" ? "a:1" : "/", fields: [:])
        #expect(throws: HTTPParseError.unknownMethod(method)) { try head.checkMethod() }
    }

    @Test
    func `known methods pass`() throws {
        for method in ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"] {
            try HTTPRequestHead(method: method, target: "/").checkMethod()
        }
    }
}
