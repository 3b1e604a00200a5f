import Testing

@testable import HTTP

struct HTTPRequestLineTests {
    static let limits: HTTPLimits = {
        var limits = HTTPLimits()
        limits.targetBytes = 10
        return limits
    }()

    static func line(_ text: String) throws(HTTPParseError) -> HTTPRequestLine {
        try HTTPRequestLine(Array(text.utf8)[...], limits: limits)
    }

    @Test
    func `a line is told apart at its two spaces`() throws {
        let line = try Self.line("M-SEARCH /a?b HTTP/1.1")
        #expect(line.method == "M-SEARCH")
        #expect(line.target == "/a?b")
        #expect(line.version == .http11)
    }

    @Test(arguments: [
        ("HTTP/1.0", HTTPVersion.http10), ("HTTP/1.1", .http11), ("HTTP/1.9", .http11),
    ])
    func `a later minor version is read as 1_1`(text: String, version: HTTPVersion) throws {
        #expect(try Self.line("GET / \(text)").version == version)
    }

    @Test(arguments: ["HTTP/0.9", "HTTP/2.0", "HTTP/3.1"])
    func `another major version is refused by its name`(text: String) {
        #expect(throws: HTTPParseError.unsupportedVersion(text)) { try Self.line("GET / \(text)") }
    }

    @Test(arguments: ["", "HTTP/1", "HTTP/1.", "HTTP/1.10", "http/1.1", "HTTPS/1.1", "HTTP/1,1"])
    func `what is no version is no request line`(text: String) {
        #expect(throws: HTTPParseError.invalidRequestLine) { try Self.line("GET / \(text)") }
    }

    @Test
    func `a method is bounded, whether its line is whole or not`() {
        // What stands beside the target has 64 bytes of room, and the target 10.
        let text = String(repeating: "M", count: 66) + " / HTTP/1.1"
        #expect(throws: HTTPParseError.targetTooLong(limit: 10)) { try Self.line(text) }
        #expect(throws: HTTPParseError.invalidMethod) {
            try HTTPRequestLine.check(
                [UInt8](repeating: UInt8(ascii: "M"), count: 75)[...], limits: Self.limits)
        }
    }

    @Test
    func `what cannot begin a request is refused at its first byte`() {
        // The first byte of a TLS greeting, which has no line end to wait for.
        #expect(throws: HTTPParseError.invalidMethod) {
            try HTTPRequestLine.check([0x16], limits: Self.limits)
        }
        #expect(throws: Never.self) {
            try HTTPRequestLine.check([0x0D], limits: Self.limits)
            try HTTPRequestLine.check([], limits: Self.limits)
        }
    }
}
