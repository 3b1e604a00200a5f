import Testing

@testable import HTTP

struct HTTPResponseWriterTests {
    static func written(
        _ response: HTTPResponse, to request: HTTPRequestHead?, closes: Bool = false
    ) -> String {
        let writer = HTTPResponseWriter(request: request, closes: closes, date: "D")
        return String(decoding: writer.pieces(of: response).joined(), as: UTF8.self)
    }

    @Test
    func `an answer is framed`() throws {
        let response = HTTPResponse(
            status: .ok, contentType: "text/plain", body: Array("hello".utf8))
        let text = Self.written(response, to: try HTTPRequestHead(method: "GET", target: "/"))
        #expect(
            text
                == "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nDate: D\r\n"
                + "Content-Length: 5\r\n\r\nhello")
    }

    @Test
    func `HEAD gets the length and not the body`() throws {
        let response = HTTPResponse(status: .ok, body: Array("hello".utf8))
        let text = Self.written(response, to: try HTTPRequestHead(method: "HEAD", target: "/"))
        #expect(text == "HTTP/1.1 200 OK\r\nDate: D\r\nContent-Length: 5\r\n\r\n")
    }

    @Test(arguments: [HTTPStatus.noContent, .notModified])
    func `a status without content has neither body nor length`(status: HTTPStatus) throws {
        let response = HTTPResponse(status: status, body: Array("hello".utf8))
        let text = Self.written(response, to: try HTTPRequestHead(method: "GET", target: "/"))
        #expect(text == "HTTP/1.1 \(status.code) \(status.reason)\r\nDate: D\r\n\r\n")
    }

    @Test
    func `closing is announced, also where no request was understood`() {
        let text = Self.written(HTTPResponse(status: .badRequest), to: nil, closes: true)
        #expect(
            text == "HTTP/1.1 400 Bad Request\r\nDate: D\r\nContent-Length: 0\r\n"
                + "Connection: close\r\n\r\n")
    }

    @Test
    func `keeping alive is announced to HTTP 1_0`() throws {
        let head = try HTTPRequestHead(method: "GET", target: "/", version: .http10)
        let text = Self.written(HTTPResponse(status: .ok), to: head)
        #expect(text.hasSuffix("Content-Length: 0\r\nConnection: keep-alive\r\n\r\n"))
    }

    @Test
    func `a responder cannot break the framing`() throws {
        let response = HTTPResponse(
            status: .ok,
            fields: [
                "content-length": "9", "Transfer-Encoding": "chunked", "connection": "x",
                "date": "y", "X-Quote": "a\r\nSet-Cookie: b\u{0}",
            ])
        let text = Self.written(response, to: try HTTPRequestHead(method: "GET", target: "/"))
        #expect(
            text
                == "HTTP/1.1 200 OK\r\nX-Quote: a  Set-Cookie: b \r\nDate: D\r\n"
                + "Content-Length: 0\r\n\r\n")
    }

    @Test
    func `a large body is a piece of its own`() throws {
        let response = HTTPResponse(status: .ok, body: [UInt8](repeating: 1, count: 100_000))
        let head = try HTTPRequestHead(method: "GET", target: "/")
        let pieces = HTTPResponseWriter(request: head, closes: false, date: "D")
            .pieces(of: response)
        #expect(pieces.count == 2)
        #expect(pieces.last == response.body)
    }
}
