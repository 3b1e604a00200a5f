import TestSupport
import Testing

@testable import HTTP

/// What a server is sent that is not, or only just, a request: raw bytes, over a socket.
struct HTTPHazardTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let name: String
        let bytes: [UInt8]
        /// Of the answers in their order.
        let statuses: [Int]
        /// Whether the connection ends behind them; else it serves another request.
        let closes: Bool
        /// Whether the client ends its side behind the bytes.
        var endsInput = false

        var testDescription: String { name }

        static func kept(_ name: String, _ text: String, _ statuses: Int...) -> Row {
            Row(name: name, bytes: Array(text.utf8), statuses: statuses, closes: false)
        }

        static func closed(_ name: String, _ text: String, _ statuses: Int...) -> Row {
            Row(name: name, bytes: Array(text.utf8), statuses: statuses, closes: true)
        }

        static func ended(_ name: String, _ text: String, _ statuses: Int...) -> Row {
            Row(
                name: name, bytes: Array(text.utf8), statuses: statuses, closes: true,
                endsInput: true)
        }

        /// Bytes of another protocol.
        static func foreign(_ name: String, _ bytes: [UInt8]) -> Row {
            Row(name: name, bytes: bytes, statuses: [400], closes: true)
        }
    }

    static let targets: [Row] = [
        .kept("absolute form", "GET http://b:80/x HTTP/1.1\r\nHost: a\r\n\r\n", 200),
        .kept("absolute form without a path", "GET http://a HTTP/1.1\r\nHost: a\r\n\r\n", 200),
        .kept("asterisk form", request("OPTIONS", "*"), 200),
        .kept("authority form", "CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n", 501),
        .kept("later 1.x", "GET / HTTP/1.9\r\nHost: a\r\n\r\n", 200),
        .kept("empty lines before", "\r\n\r\n" + request("GET", "/"), 200),
        .closed("bare LF before", "\n" + request("GET", "/"), 400),
        .kept("unknown method", request("FOO", "/"), 501),
        .kept("unknown method with a body", request("BAR", "/", body: "hello"), 501),
        .kept("method in small letters", request("get", "/"), 501),
        .kept("obs-text in a value", request("GET", "/", "A: \u{E9}\r\n"), 200),
        .kept("tabs around a value", request("GET", "/", "A:\t b \t\r\n"), 200),
        .kept("an empty value", request("GET", "/", "A:\r\n"), 200),
        .kept("an offer of another protocol", request("GET", "/", "Upgrade: h2c\r\n"), 200),
        .closed(
            "behind an error",
            request("GET", "/a") + request("GET", "/b", "Bad : 1\r\n") + request("GET", "/c"),
            200, 400),
    ]

    static let framings: [Row] = [
        .kept("body of a GET", request("GET", "/", body: request("GET", "/inner")), 200),
        .kept(
            "white space around a length",
            request("POST", "/echo", "Content-Length: \t5 \r\n") + "hello", 200),
        .kept(
            "zeros before a length", request("POST", "/echo", "Content-Length: 0005\r\n") + "hello",
            200),
        .kept(
            "a field whose name is nearly that of the coding",
            request("POST", "/echo", "Transfer_Encoding: chunked\r\n", body: "0\r\n\r\n"), 200),
        .kept("coding in capitals", chunked("5\r\nhello\r\n0\r\n\r\n", coding: "CHUNKED"), 200),
        .kept("coding without a space", chunked("0\r\n\r\n", separator: ":"), 200),
        .kept("zeros before a size", chunked("0000000000000005\r\nhello\r\n0\r\n\r\n"), 200),
        .kept("extension", chunked("5;a=b ; c\r\nhello\r\n0;d\r\n\r\n"), 200),
        .kept("quoted extension", chunked("5;a=\"b;\\\"c\"\r\nhello\r\n0\r\n\r\n"), 200),
        .kept(
            "trailer with fields that may not stand there",
            chunked("0\r\nContent-Length: 99\r\nTransfer-Encoding: x\r\nHost: b\r\n\r\n"), 200),
        .kept(
            "request in a trailer", chunked("0\r\nA: GET /inner HTTP/1.1\r\n\r\n"), 200),
        .closed("no length", request("POST", "/echo") + request("GET", "/inner"), 411),
        .closed("no length, and no such path", request("PUT", "/missing"), 404),
        .closed("no length, answered early", request("POST", "/early"), 200),
    ]

    static let refusedBodies: [Row] = [
        .kept("short", request("POST", "/missing", body: request("GET", "/inner")), 404),
        .closed("chunked", request("POST", "/missing", "Transfer-Encoding: chunked\r\n"), 404),
        .closed("long", request("POST", "/missing", "Content-Length: 99999999\r\n"), 404),
        .closed("too long", request("POST", "/echo", "Content-Length: 99999999\r\n"), 413),
        .closed(
            "kept back",
            request("POST", "/missing", "Expect: 100-continue\r\nContent-Length: 5\r\n"), 404),
        .closed(
            "kept back and too long",
            request("POST", "/echo", "Expect: 100-continue\r\nContent-Length: 99999999\r\n"), 413),
        .closed(
            "of another expectation",
            request("POST", "/echo", "Expect: more\r\nContent-Length: 5\r\n"), 417),
        .closed(
            "of two expectations",
            request("POST", "/echo", "Expect: 100-continue, more\r\nContent-Length: 5\r\n"), 417),
    ]

    static let expectations: [Row] = [
        .kept(
            "with the body at hand",
            request("POST", "/echo", "Expect: 100-continue\r\n", body: "hi"), 200),
        .closed(
            "of HTTP/1.0",
            "POST /echo HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nhi",
            200),
        .kept("without a body", request("GET", "/hi", "Expect: 100-continue\r\n"), 200),
    ]

    static let connections: [Row] = [
        .closed("HTTP/1.0", "GET / HTTP/1.0\r\n\r\n", 200),
        .kept("HTTP/1.0 to be kept", "GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", 200),
        .closed("to be closed", request("GET", "/", "Connection: close\r\n"), 200),
        .closed("close among others", request("GET", "/", "Connection: a, CLOSE\r\n"), 200),
        .closed(
            "close in a second field",
            request("GET", "/", "Connection: keep-alive\r\nConnection: close\r\n"), 200),
        .closed(
            "requests behind close",
            request("GET", "/", "Connection: close\r\n") + request("GET", "/inner"), 200),
        .kept("HEAD", request("HEAD", "/"), 200),
        .kept("several", String(repeating: request("GET", "/"), count: 3), 200, 200, 200),
        .ended("several, and the end", request("GET", "/") + request("GET", "/b"), 200, 200),
        .ended("nothing", ""),
        .ended("an empty line", "\r\n"),
        .ended("a line cut short", "GET /", 400),
        .ended("a head cut short", "GET / HTTP/1.1\r\nHost: a\r\n", 400),
        .ended("a body cut short", request("POST", "/echo", "Content-Length: 9\r\n") + "hal", 400),
        .ended("chunks cut short", chunked("5\r\nhello\r\n"), 400),
        .ended(
            "a refused body cut short", request("POST", "/missing", "Content-Length: 9\r\n"), 404),
    ]

    static let foreign: [Row] = [
        .foreign(
            "TLS",
            [0x16, 3, 1, 2, 0, 1, 0, 1, 0xFC, 3, 3] + (0..<500).map { UInt8($0 * 37 & 0xFF) }),
        .foreign("SOCKS 4", [4, 1, 0, 80, 127, 0, 0, 1, 0]),
        .foreign("SOCKS 5", [5, 1, 0]),
        .foreign("PROXY 1", Array("PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n".utf8)),
        .foreign("PROXY 2", Array("\r\n\r\n\0\r\nQUIT\n".utf8) + [0x21, 0x11, 0, 12]),
        .foreign("SSH", Array("SSH-2.0-OpenSSH_9.2\r\n".utf8)),
        .foreign("SMTP", Array("EHLO a\r\n".utf8)),
        .foreign("zeros", [UInt8](repeating: 0, count: 1000)),
        .foreign("letters without end", [UInt8](repeating: 0x41, count: 100_000)),
    ]

    static let all = targets + framings + refusedBodies + expectations + connections + foreign

    private static func chunked(
        _ chunks: String, coding: String = "chunked", separator: String = ": "
    ) -> String {
        request("POST", "/echo", "Transfer-Encoding\(separator)\(coding)\r\n") + chunks
    }

    @Test(arguments: all)
    func `each request has one answer, and what comes after is read right or not at all`(
        row: Row
    ) async throws {
        try await withServer { port, _ in
            let client = try TestClient(port: port)
            try client.send(row.bytes)
            if row.endsInput { client.closeWriting() }
            let isHEAD = row.bytes.starts(with: "HEAD ".utf8)
            for (number, status) in row.statuses.enumerated() {
                let response = try client.response(toHEAD: isHEAD)
                #expect(response.status == status)
                #expect(response.fields["date"]?.hasSuffix(" GMT") == true)
                // Whether the end of the input is there yet, nobody can say.
                if row.endsInput { continue }
                let isLast = row.closes && number == row.statuses.count - 1
                #expect((response.fields["connection"] == "close") == isLast)
            }
            guard !row.closes else { return #expect(try client.rest() == "") }
            try client.send(request("GET", "/after"))
            #expect(try client.response().text == "/after")
        }
    }

    @Test(arguments: HTTPParseErrorTests.all)
    func `a malformed request is the last of its connection`(
        fault: HTTPParseErrorTests.Fault
    ) async throws {
        try await withServer { port, _ in
            let client = try TestClient(port: port)
            try client.send(fault.text + request("GET", "/smuggled"))
            let refusal = try client.response()
            #expect(refusal.status == fault.status)
            #expect(refusal.text == fault.error.description)
            #expect(refusal.fields["connection"] == "close")
            #expect(refusal.fields["date"] != nil)
            #expect(try client.rest() == "")
        }
    }
}
