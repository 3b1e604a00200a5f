import Testing

@testable import HTTP

struct InputBufferTests {
    static func buffer(_ text: String) -> InputBuffer {
        var buffer = InputBuffer()
        append(text, to: &buffer)
        return buffer
    }

    static func append(_ text: String, to buffer: inout InputBuffer) {
        Array(text.utf8).withUnsafeBytes { buffer.append($0) }
    }

    /// The text of the next line, and whether it is whole.
    static func line(_ buffer: inout InputBuffer) throws(HTTPParseError) -> (String, Bool) {
        switch try buffer.takeLine() {
        case .whole(let line): (String(decoding: line, as: UTF8.self), true)
        case .partial(let line): (String(decoding: line, as: UTF8.self), false)
        }
    }

    @Test
    func `lines are taken in order, without their ends`() throws {
        var buffer = Self.buffer("ab\r\n\r\nc\r\n")
        #expect(try Self.line(&buffer) == ("ab", true))
        #expect(try Self.line(&buffer) == ("", true))
        #expect(try Self.line(&buffer) == ("c", true))
        #expect(buffer.isEmpty)
    }

    @Test
    func `a line that is not whole stays until it is`() throws {
        var buffer = Self.buffer("ab")
        #expect(try Self.line(&buffer) == ("ab", false))
        Self.append("c\r", to: &buffer)
        #expect(try Self.line(&buffer) == ("abc\r", false))
        Self.append("\nd", to: &buffer)
        #expect(try Self.line(&buffer) == ("abc", true))
        #expect(try Self.line(&buffer) == ("d", false))
        #expect(buffer.count == 1)
    }

    @Test(arguments: [
        ("ab\n", HTTPParseError.bareLineFeed), ("\n", .bareLineFeed),
        ("a\rb\r\n", .bareCarriageReturn), ("\r\r\n", .bareCarriageReturn),
    ])
    func `half a line end is an error`(text: String, error: HTTPParseError) {
        var buffer = Self.buffer(text)
        #expect(throws: error) { try buffer.takeLine() }
    }

    @Test
    func `a line is found behind bytes that were taken`() throws {
        var buffer = Self.buffer("a\nb\r\nxyz\r\n")
        #expect(buffer.take(atMost: 4).elementsEqual("a\nb\r".utf8))
        #expect(buffer.take(atMost: 1).elementsEqual("\n".utf8))
        #expect(try Self.line(&buffer) == ("xyz", true))
    }

    @Test
    func `no more is taken than there is`() {
        var buffer = Self.buffer("abc")
        #expect(buffer.take(atMost: 10).count == 3)
        #expect(buffer.take(atMost: 10).isEmpty)
    }

    @Test
    func `compacting changes nothing that is left`() throws {
        var buffer = Self.buffer("abcdef\r\ng")
        #expect(try Self.line(&buffer) == ("abcdef", true))
        #expect(try Self.line(&buffer) == ("g", false))
        buffer.compact()
        #expect(buffer.count == 1)
        Self.append("h\r\n", to: &buffer)
        #expect(try Self.line(&buffer) == ("gh", true))
    }
}
