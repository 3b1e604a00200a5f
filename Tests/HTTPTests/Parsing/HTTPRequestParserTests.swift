import Testing

@testable import HTTP

struct HTTPRequestParserTests {
    struct Message: Sendable, CustomTestStringConvertible {
        let name: String
        let text: String
        let requests: [Parsed.Request]

        var testDescription: String { name }
    }

    static let messages: [Message] = [
        Message(
            name: "GET", text: "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
            requests: [.init(method: "GET", path: "/", query: nil, body: "")]),
        Message(
            name: "Content-Length",
            text: "POST /f?x=1 HTTP/1.1\r\nHost: a:80\r\nContent-Length: 5\r\n\r\nhello",
            requests: [.init(method: "POST", path: "/f", query: "x=1", body: "hello")]),
        Message(
            name: "GET with a body",
            text: "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi",
            requests: [.init(method: "GET", path: "/", query: nil, body: "hi")]),
        Message(
            name: "leading empty line", text: "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
            requests: [.init(method: "GET", path: "/", query: nil, body: "")]),
        Message(
            name: "white space and obs-text in values",
            text: "GET / HTTP/1.1\r\nHost:\t a \t\r\nX:\r\nY: \u{E9} \t b\r\n\r\n",
            requests: [.init(method: "GET", path: "/", query: nil, body: "")]),
        Message(
            name: "chunked, with extensions and a trailer",
            text: "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n"
                + "3;a=b\r\nabc\r\n0A ; q=\"x;y\"\r\n0123456789\r\n000;z\r\nDigest: 1\r\n\r\n",
            requests: [.init(method: "POST", path: "/", query: nil, body: "abc0123456789")]),
        Message(
            name: "absolute form",
            text: "GET HTTP://b:8080?q HTTP/1.1\r\nHost: a\r\n\r\n",
            requests: [.init(method: "GET", path: "/", query: "q", body: "")]),
        Message(
            name: "asterisk form", text: "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n",
            requests: [.init(method: "OPTIONS", path: "*", query: nil, body: "")]),
        Message(
            name: "asterisk form as a proxy passes it on",
            text: "OPTIONS http://a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n",
            requests: [.init(method: "OPTIONS", path: "*", query: nil, body: "")]),
        Message(
            name: "absolute form of OPTIONS with a path",
            text: "OPTIONS http://a/ HTTP/1.1\r\nHost: a\r\n\r\n",
            requests: [.init(method: "OPTIONS", path: "/", query: nil, body: "")]),
        Message(
            name: "HTTP/1.0 without Host", text: "GET /a%2Fb%20c HTTP/1.0\r\n\r\n",
            requests: [.init(method: "GET", path: "/a/b c", query: nil, body: "")]),
        Message(
            name: "three in a row",
            text: "POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx"
                + "POST /2 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "1\r\ny\r\n0\r\n\r\n\r\nGET /3 HTTP/1.1\r\nHost: a\r\n\r\n",
            requests: [
                .init(method: "POST", path: "/1", query: nil, body: "x"),
                .init(method: "POST", path: "/2", query: nil, body: "y"),
                .init(method: "GET", path: "/3", query: nil, body: ""),
            ]),
    ]

    @Test(arguments: messages)
    func `a message is understood whole`(message: Message) {
        #expect(parse(message.text) == Parsed(requests: message.requests))
    }

    @Test(arguments: messages)
    func `a message is understood cut in two at every byte`(message: Message) {
        let bytes = Array(message.text.utf8)
        for cut in bytes.indices {
            let parsed = parse([Array(bytes[..<cut]), Array(bytes[cut...])])
            #expect(parsed == Parsed(requests: message.requests), "cut at \(cut)")
        }
    }

    @Test(arguments: messages)
    func `a message is understood byte by byte`(message: Message) {
        #expect(parseByteByByte(message.text) == Parsed(requests: message.requests))
    }

    @Test(arguments: messages)
    func `a message without its last byte is not whole`(message: Message) {
        let parsed = parse(String(decoding: message.text.utf8.dropLast(), as: UTF8.self))
        #expect(parsed == Parsed(requests: message.requests.dropLast()))
    }

    @Test
    func `the head is told before the body has come`() throws {
        let head = try parseHead("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n")
        #expect(head?.path == "/x")
        #expect(head?.framing == .length(9))
        #expect(head?.fields["HOST"] == "a")
    }

    @Test
    func `150 000 chunks of one byte are read`() {
        let head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
        let text = head + String(repeating: "1\r\nx\r\n", count: 150_000) + "0\r\n\r\n"
        #expect(parse(text).requests.first?.body.utf8.count == 150_000)
        #expect(parseByteByByte(text).requests.first?.body.utf8.count == 150_000)
    }

    @Test
    func `a body that is announced is counted as it comes`() throws {
        var parser = HTTPRequestParser(limits: HTTPLimits())
        parser.append(
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 60000000\r\n\r\n1234".utf8)
        while try parser.next() != nil {}
        #expect(parser.bodyBytes == 4)
    }

    @Test
    func `a discarded body is passed over, and the next request is read`() throws {
        var parser = HTTPRequestParser(limits: HTTPLimits())
        parser.append("POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nab".utf8)
        guard case .head = try parser.next() else { throw Unexpected() }
        parser.discardBody()
        #expect(try parser.next() == nil)
        parser.append("cGET /2 HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
        guard case .discarded = try parser.next() else { throw Unexpected() }
        guard case .head(let head) = try parser.next() else { throw Unexpected() }
        #expect(head.path == "/2")
    }

    struct Unexpected: Error {}
}
