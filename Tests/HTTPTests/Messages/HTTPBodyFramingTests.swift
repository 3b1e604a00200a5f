import Testing

@testable import HTTP

/// What is refused stands in `HTTPParseErrorTests`.
struct HTTPBodyFramingTests {
    @Test(
        arguments: [
            ([], HTTPBodyFraming.none),
            ([("Content-Length", "0")], .length(0)),
            ([("content-length", "0012")], .length(12)),
            ([("Content-Length", "9223372036854775807")], .length(.max)),
            ([("Transfer-Encoding", "chunked")], .chunked),
            ([("transfer-encoding", "CHUNKED")], .chunked),
        ] as [([(String, String)], HTTPBodyFraming)])
    func `the end of a body is told in one way`(
        lines: [(String, String)], framing: HTTPBodyFraming
    ) throws {
        var fields = HTTPFields()
        for (name, value) in lines { fields.append(name, value) }
        #expect(try HTTPBodyFraming(fields: fields, version: .http11) == framing)
    }
}
