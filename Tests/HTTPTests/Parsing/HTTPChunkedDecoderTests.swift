import Testing

@testable import HTTP

struct HTTPChunkedDecoderTests {
    /// The body, once it is whole, and what is left behind it.
    static func decode(_ text: String) throws(HTTPParseError) -> (body: String, rest: Int)? {
        var decoder = HTTPChunkedDecoder(limits: HTTPLimits())
        var input = InputBufferTests.buffer(text)
        var body = BodyBuffer()
        guard try decoder.decode(&input, into: &body) else { return nil }
        return (String(decoding: body.bytes, as: UTF8.self), input.count)
    }

    @Test
    func `data is not looked into`() throws {
        let decoded = try Self.decode("10\r\n0\r\n\r\nGET \n / \r\r\n\r\n0\r\n\r\n")
        #expect(decoded?.body == "0\r\n\r\nGET \n / \r\r\n")
    }

    @Test
    func `what follows the body is left`() throws {
        let decoded = try Self.decode("1\r\nx\r\n0\r\n\r\nGET")
        #expect(decoded?.body == "x")
        #expect(decoded?.rest == 3)
    }

    @Test(arguments: ["A", "a", "0a", "000000000000000a"])
    func `a size may be written in several ways`(size: String) throws {
        #expect(try Self.decode("\(size)\r\n0123456789\r\n0\r\n\r\n")?.body == "0123456789")
    }

    @Test(arguments: ["", "1", "1\r\n", "1\r\nx", "1\r\nx\r\n", "1\r\nx\r\n0\r\n", "0\r\nA: b\r\n"])
    func `a body is not whole before the line that ends its trailer`(text: String) throws {
        #expect(try Self.decode(text) == nil)
    }

    @Test
    func `a trailer is dropped, whatever it says`() throws {
        let decoded = try Self.decode("0\r\nContent-Length: 9\r\nHost: b\r\n\r\n")
        #expect(decoded?.body == "")
        #expect(decoded?.rest == 0)
    }
}
