import Testing

@testable import HTTP

struct HTTPParseErrorTests {
    struct Fault: Sendable, CustomTestStringConvertible {
        let text: String
        let error: HTTPParseError
        let status: Int

        var testDescription: String { text.debugDescription }

        init(_ text: String, _ error: HTTPParseError, _ status: Int = 400) {
            self.text = text
            self.error = error
            self.status = status
        }

        /// A fault in the fields of a request that is good otherwise.
        static func fields(_ lines: String, _ error: HTTPParseError, _ status: Int = 400) -> Self {
            Fault("POST / HTTP/1.1\r\nHost: a\r\n\(lines)\r\n\r\n", error, status)
        }

        /// A fault in a chunked body.
        static func chunks(_ body: String, _ error: HTTPParseError, _ status: Int = 400) -> Self {
            fields("Transfer-Encoding: chunked\r\n\r\n\(body)", error, status)
        }
    }

    static let requestLines: [Fault] = [
        Fault("GET /\r\n\r\n", .invalidRequestLine),
        Fault("GET  / HTTP/1.1\r\n\r\n", .invalidRequestLine),
        Fault("GET / HTTP/1.1 \r\n\r\n", .invalidRequestLine),
        Fault("GET /a b HTTP/1.1\r\n\r\n", .invalidRequestLine),
        Fault("GET / http/1.1\r\n\r\n", .invalidRequestLine),
        Fault("GET / HTTP/11.1\r\n\r\n", .invalidRequestLine),
        Fault("GET / HTTP/1.x\r\n\r\n", .invalidRequestLine),
        Fault("G@T / HTTP/1.1\r\n\r\n", .invalidMethod),
        Fault("\u{16}\u{3}\u{1}", .invalidMethod),
        Fault(" GET / HTTP/1.1\r\n\r\n", .invalidMethod),
        Fault("GET / HTTP/2.0\r\n\r\n", .unsupportedVersion("HTTP/2.0"), 505),
        Fault("PRI * HTTP/2.0\r\n\r\n", .unsupportedVersion("HTTP/2.0"), 505),
        Fault("GET / HTTP/0.9\r\n\r\n", .unsupportedVersion("HTTP/0.9"), 505),
        Fault("GET /\t HTTP/1.1\r\n\r\n", .invalidTarget),
        Fault("GET /\u{0} HTTP/1.1\r\n\r\n", .invalidTarget),
        Fault("GET /\u{E9} HTTP/1.1\r\n\r\n", .invalidTarget),
        Fault("GET /#a HTTP/1.1\r\nHost: a\r\n\r\n", .invalidTarget),
        Fault("GET /%4 HTTP/1.1\r\nHost: a\r\n\r\n", .invalidTarget),
        Fault("GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n", .invalidTarget),
        Fault("GET a HTTP/1.1\r\nHost: a\r\n\r\n", .invalidTarget),
        Fault("GET * HTTP/1.1\r\nHost: a\r\n\r\n", .invalidTarget),
        Fault("GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n", .invalidTarget),
        Fault("GET http:/// HTTP/1.1\r\nHost: a\r\n\r\n", .invalidTarget),
        Fault("GET http://u@a/ HTTP/1.1\r\nHost: a\r\n\r\n", .invalidTarget),
        Fault("GET / HTTP/1.1\nHost: a\n\n", .bareLineFeed),
        Fault("GET / HTTP/1.1\r\nHost: a\n\r\n", .bareLineFeed),
        Fault("GET /\rHTTP/1.1\r\n\r\n", .bareCarriageReturn),
    ]

    static let fieldLines: [Fault] = [
        .fields("A : b", .whiteSpaceBeforeColon),
        .fields("A\t: b", .whiteSpaceBeforeColon),
        .fields("A", .invalidFieldName),
        .fields(": b", .invalidFieldName),
        .fields("A(: b", .invalidFieldName),
        .fields("\u{E9}: b", .invalidFieldName),
        .fields("A: b\r\n c", .foldedField),
        .fields("A: b\r\n\tc", .foldedField),
        Fault("GET / HTTP/1.1\r\n Host: a\r\n\r\n", .foldedField),
        .fields("A\u{0}: b", .invalidFieldName),
        .fields("A: b\u{0}", .invalidFieldValue(name: "A")),
        .fields("A: b\u{7F}c", .invalidFieldValue(name: "A")),
        .fields("A: b\rc", .bareCarriageReturn),
        .fields("A: b\r\r", .bareCarriageReturn),
        .fields("A: b\nC: d", .bareLineFeed),
    ]

    static let hosts: [Fault] = [
        Fault("GET / HTTP/1.1\r\n\r\n", .missingHost),
        Fault("GET http://a/ HTTP/1.1\r\n\r\n", .missingHost),
        Fault("GET / HTTP/1.1\r\nHost: a\r\nhost: a\r\n\r\n", .repeatedHost),
        Fault("GET / HTTP/1.0\r\nHost: a\r\nhost: b\r\n\r\n", .repeatedHost),
        Fault("GET / HTTP/1.1\r\nHost:\r\n\r\n", .invalidHost),
        Fault("GET / HTTP/1.1\r\nHost: a b\r\n\r\n", .invalidHost),
        Fault("GET / HTTP/1.1\r\nHost: a, b\r\n\r\n", .invalidHost),
        Fault("GET / HTTP/1.1\r\nHost: http://a\r\n\r\n", .invalidHost),
        Fault("GET / HTTP/1.1\r\nHost: u@a\r\n\r\n", .invalidHost),
        Fault("GET / HTTP/1.1\r\nHost: a:x\r\n\r\n", .invalidHost),
        Fault("GET / HTTP/1.1\r\nHost: a:65536\r\n\r\n", .invalidHost),
        Fault("GET / HTTP/1.1\r\nHost: ::1\r\n\r\n", .invalidHost),
        Fault("GET / HTTP/1.1\r\nHost: [::1\r\n\r\n", .invalidHost),
    ]

    static let framings: [Fault] = [
        .fields("Content-Length:", .invalidContentLength),
        .fields("Content-Length: +5", .invalidContentLength),
        .fields("Content-Length: -5", .invalidContentLength),
        .fields("Content-Length: 0x5", .invalidContentLength),
        .fields("Content-Length: 5 5", .invalidContentLength),
        .fields("Content-Length: 5, 5", .invalidContentLength),
        .fields("Content-Length: 5,6", .invalidContentLength),
        .fields("Content-Length: 5e0", .invalidContentLength),
        .fields("Content-Length: -0", .invalidContentLength),
        .fields("Content-Length: \"5\"", .invalidContentLength),
        .fields("Content-Length: \u{B}5", .invalidFieldValue(name: "Content-Length")),
        .fields("Content-Length : 5", .whiteSpaceBeforeColon),
        .fields("Content-Length: 5\r\n 6", .foldedField),
        .fields("Content-Length: 5;", .invalidContentLength),
        .fields("Content-Length: 5.0", .invalidContentLength),
        .fields("Content-Length: \u{663}", .invalidContentLength),
        .fields("Content-Length: 5\r\nContent-Length: 6", .repeatedContentLength),
        .fields("Content-Length: 5\r\ncontent-length: 5", .repeatedContentLength),
        .fields("Content-Length: 9223372036854775808", .bodyTooLarge(size: nil, limit: nil), 413),
        .fields(
            "Content-Length: 99999999999999999999999", .bodyTooLarge(size: nil, limit: nil), 413),
        .fields("Content-Length: 5\r\nTransfer-Encoding: chunked", .lengthAndTransferEncoding),
        .fields("Transfer-Encoding: chunked\r\nContent-Length: 5", .lengthAndTransferEncoding),
        Fault(
            "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", .transferEncodingInHTTP10),
        .fields("Transfer-Encoding:", .invalidTransferEncoding),
        .fields("Transfer-Encoding: gzip", .invalidTransferEncoding),
        .fields("Transfer-Encoding: identity", .invalidTransferEncoding),
        .fields("Transfer-Encoding: xchunked", .invalidTransferEncoding),
        .fields("Transfer-Encoding: chun\u{212A}ed", .invalidTransferEncoding),
        .fields("Transfer-Encoding: chunked, gzip", .invalidTransferEncoding),
        .fields("Transfer-Encoding: chunked, identity", .invalidTransferEncoding),
        .fields("Transfer-Encoding: \"chunked\"", .invalidTransferEncoding),
        .fields("Transfer-Encoding: chunked\u{A0}", .invalidTransferEncoding),
        .fields("Transfer-Encoding: \u{B}chunked", .invalidFieldValue(name: "Transfer-Encoding")),
        .fields("Transfer-Encoding: chunked\u{0}", .invalidFieldValue(name: "Transfer-Encoding")),
        .fields("Transfer-Encoding\u{B}: chunked", .invalidFieldName),
        .fields("Transfer-Encoding : chunked", .whiteSpaceBeforeColon),
        .fields("Transfer-Encoding:\r\n chunked", .foldedField),
        .fields("Transfer-Encoding: chunked\r\nContent-Length: 0", .lengthAndTransferEncoding),
        .fields("Transfer-Encoding: x\r\nContent-Length: 5", .lengthAndTransferEncoding),
        .fields("Transfer-Encoding: chunked, chunked", .invalidTransferEncoding),
        .fields("Transfer-Encoding: , chunked", .invalidTransferEncoding),
        .fields("Transfer-Encoding: chunked,", .invalidTransferEncoding),
        .fields("Transfer-Encoding: chunked;q=1", .invalidTransferEncoding),
        .fields(
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", .invalidTransferEncoding),
        .fields("Transfer-Encoding: gzip, chunked", .unknownTransferCoding("gzip"), 501),
        .fields(
            "Transfer-Encoding: identity, chunked", .unknownTransferCoding("identity"), 501),
        .fields(
            "Transfer-Encoding: foo\r\nTransfer-Encoding: chunked", .unknownTransferCoding("foo"),
            501),
    ]

    static let chunkFaults: [Fault] = [
        .chunks("g\r\n", .invalidChunkSize),
        .chunks("\r\n", .invalidChunkSize),
        .chunks("-1\r\n", .invalidChunkSize),
        .chunks("+1\r\n", .invalidChunkSize),
        .chunks("0x1\r\n", .invalidChunkSize),
        .chunks(" 1\r\n", .invalidChunkSize),
        .chunks("1 \r\nx\r\n", .invalidChunkSize),
        .chunks(";a\r\n", .invalidChunkSize),
        .chunks("1;a\u{0}\r\nx\r\n", .invalidChunkSize),
        .chunks("1\nx\r\n", .bareLineFeed),
        .chunks("1;a\nx\r\n", .bareLineFeed),
        .chunks("1;\"\n\"\r\nx\r\n", .bareLineFeed),
        .chunks("1;a\rb\r\nx\r\n", .bareCarriageReturn),
        .chunks("1\r\r\nx\r\n", .bareCarriageReturn),
        .chunks("1\r\nxy\r\n", .invalidChunkEnd),
        .chunks("1\r\nx\n", .bareLineFeed),
        .chunks("1\r\nx0\r\n", .invalidChunkEnd),
        .chunks("1,a\r\nx\r\n", .invalidChunkSize),
        .chunks("1\t\r\nx\r\n", .invalidChunkSize),
        .chunks("\u{B}1\r\nx\r\n", .invalidChunkSize),
        .chunks("10000000000000000\r\n", .bodyTooLarge(size: nil, limit: nil), 413),
        .chunks("ffffffffffffffff\r\n", .bodyTooLarge(size: nil, limit: nil), 413),
        .chunks(
            "7fffffffffffffff\r\n", .bodyTooLarge(size: nil, limit: HTTPLimits().bodyBytes), 413),
        .chunks("0\r\nA : b\r\n\r\n", .whiteSpaceBeforeColon),
        .chunks("0\r\nA\r\n\r\n", .invalidFieldName),
        .chunks("0\r\n A: b\r\n\r\n", .foldedField),
        .chunks("0\r\nA: \u{1}\r\n\r\n", .invalidFieldValue(name: "A")),
        .chunks("0\r\nA: b\n\r\n", .bareLineFeed),
    ]

    static let all = requestLines + fieldLines + hosts + framings + chunkFaults

    @Test(arguments: all)
    func `a malformed request is refused with its status`(fault: Fault) {
        let parsed = parse(fault.text)
        #expect(parsed == Parsed(error: fault.error))
        #expect(parsed.error?.status.code == fault.status)
    }

    @Test(arguments: all)
    func `a malformed request is refused likewise byte by byte`(fault: Fault) {
        #expect(parseByteByByte(fault.text) == Parsed(error: fault.error))
    }

    @Test(arguments: all)
    func `a fault is described`(fault: Fault) {
        #expect(!fault.error.description.isEmpty)
        #expect(HTTPError.message(fault.error).description == fault.error.description)
        #expect(HTTPError.message(fault.error).status.code == fault.status)
    }

    @Test
    func `a caller's long word is cut in the description`() {
        let word = String(repeating: "M", count: 8000)
        for error in [
            HTTPParseError.unknownMethod(word), .unknownExpectation(word),
            .unknownTransferCoding(word), .invalidFieldValue(name: word),
        ] {
            #expect(error.description.contains(" \(word.prefix(60))… "))
        }
        #expect(HTTPParseError.unknownMethod("FOO").description == "the method FOO is not known")
    }
}
