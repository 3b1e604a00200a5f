import Testing

@testable import HTTP

struct HTTPTargetTests {
    @Test(arguments: [
        ("/", "/", nil), ("/a/b", "/a/b", nil), ("/a?", "/a", ""), ("/?a?b", "/", "a?b"),
        ("//a/b", "//a/b", nil), ("/a%41%20", "/aA ", nil), ("/?%41", "/", "%41"),
        ("/%C3%A9", "/\u{E9}", nil), ("/a/../b", "/a/../b", nil), ("/*", "/*", nil),
        ("http://a", "/", nil), ("http://a/", "/", nil), ("https://a:1/b?c", "/b", "c"),
        ("HtTp://[::1]:80/b", "/b", nil), ("http://a?b/c", "/", "b/c"),
    ])
    func `a target is taken apart`(target: String, path: String, query: String?) throws {
        let parts = try HTTPTarget(target, method: "GET")
        #expect(parts.path == path)
        #expect(parts.query == query)
    }

    @Test
    func `an escape that is not UTF-8 makes a path like no other`() throws {
        #expect(try HTTPTarget("/%FF", method: "GET").path == "/\u{FFFD}")
    }

    @Test
    func `the asterisk is for OPTIONS alone`() throws {
        #expect(try HTTPTarget("*", method: "OPTIONS").path == "*")
        #expect(throws: HTTPParseError.invalidTarget) { try HTTPTarget("*", method: "GET") }
    }

    @Test
    func `CONNECT names a host and nothing else`() throws {
        #expect(try HTTPTarget("a:443", method: "CONNECT").path == "a:443")
        #expect(throws: HTTPParseError.invalidTarget) { try HTTPTarget("/a", method: "CONNECT") }
    }

    @Test(arguments: [
        "", "a", "a/b", "?a", "*a", "/a b", "/a#b", "/%", "/%4", "/%4g", "/a\u{7F}", "/\u{E9}",
        "http:/a", "http://", "http://a b/", "http://u@a/", "http://a:x/", "ftp://a/", "http:a",
    ])
    func `anything else is refused`(target: String) {
        #expect(throws: HTTPParseError.invalidTarget) { try HTTPTarget(target, method: "GET") }
    }
}
