import Testing

@testable import HTTP

struct HTTPLimitsTests {
    /// Of each limit: what is just within it, and what is just beyond.
    struct Edge: Sendable, CustomTestStringConvertible {
        let name: String
        let error: HTTPParseError
        let text: @Sendable (_ excess: Int) -> String

        var testDescription: String { name }
    }

    static let limits: HTTPLimits = {
        var limits = HTTPLimits()
        limits.targetBytes = 20
        limits.fieldBytes = 100
        limits.fieldCount = 5
        limits.bodyBytes = 30
        limits.chunkExtensionBytes = 40
        return limits
    }()

    static let edges: [Edge] = [
        Edge(name: "target", error: .targetTooLong(limit: 20)) { excess in
            "GET /\(x(19 + excess)) HTTP/1.1\r\nHost: a\r\n\r\n"
        },
        Edge(name: "fields", error: .fieldsTooLarge(limit: 100)) { excess in
            "GET / HTTP/1.1\r\nHost: a\r\nA: \(x(86 + excess))\r\n\r\n"
        },
        Edge(name: "number of fields", error: .tooManyFields(limit: 5)) { excess in
            "GET / HTTP/1.1\r\nHost: a\r\n"
                + String(repeating: "A: b\r\n", count: 4 + excess) + "\r\n"
        },
        Edge(name: "chunks", error: .bodyTooLarge(size: nil, limit: 30)) { excess in
            chunked("14\r\n\(x(20))\r\n\(10 + excess == 10 ? "a" : "b")\r\n\(x(10 + excess))\r\n")
        },
        Edge(name: "chunk extensions", error: .chunkExtensionsTooLong(limit: 40)) { excess in
            chunked("1;\(x(19))\r\na\r\n1;\(x(19 + excess))\r\na\r\n")
        },
        Edge(name: "trailer", error: .fieldsTooLarge(limit: 100)) { excess in
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n"
                + "A: \(x(95 + excess))\r\n\r\n"
        },
    ]

    static func x(_ count: Int) -> String { String(repeating: "x", count: count) }

    static func chunked(_ chunks: String) -> String {
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n\(chunks)0\r\n\r\n"
    }

    @Test(arguments: edges)
    func `what is as large as a limit passes`(edge: Edge) {
        let parsed = parse(edge.text(0), limits: Self.limits)
        #expect(parsed.error == nil)
        #expect(parsed.requests.count == 1)
        #expect(parseByteByByte(edge.text(0), limits: Self.limits) == parsed)
    }

    @Test(arguments: edges)
    func `what is larger than a limit by one is refused`(edge: Edge) {
        #expect(parse(edge.text(1), limits: Self.limits) == Parsed(error: edge.error))
        #expect(parseByteByByte(edge.text(1), limits: Self.limits) == Parsed(error: edge.error))
    }

    @Test
    func `a target of 8000 octets passes`() {
        let text = "GET /\(Self.x(7999)) HTTP/1.1\r\nHost: a\r\n\r\n"
        #expect(parse(text).requests.count == 1)
    }

    @Test(arguments: [
        ("GET /", HTTPParseError.targetTooLong(limit: 20)), ("A", .invalidMethod),
        ("GET / HTTP/1.1\r\nA: ", .fieldsTooLarge(limit: 100)),
        (
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1;",
            .chunkExtensionsTooLong(limit: 40)
        ),
    ])
    func `a line without end is refused`(start: String, error: HTTPParseError) {
        #expect(parse(start + Self.x(1000), limits: Self.limits) == Parsed(error: error))
    }

    @Test
    func `empty lines without end are refused`() {
        let text = String(repeating: "\r\n", count: 1000)
        #expect(parse(text, limits: Self.limits) == Parsed(error: .invalidRequestLine))
    }

    @Test
    func `time for a body grows with what has come`() {
        var limits = HTTPLimits()
        limits.bodyTime = .seconds(30)
        limits.writeTime = .seconds(20)
        limits.bytesPerSecond = 1000
        #expect(limits.bodyTime(forBytes: 0) == .seconds(30))
        #expect(limits.bodyTime(forBytes: 5000) == .seconds(35))
        #expect(limits.writeTime(forBytes: 5000) == .seconds(25))
    }
}
