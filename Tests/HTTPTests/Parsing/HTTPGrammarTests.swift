import Testing

@testable import HTTP

struct HTTPGrammarTests {
    @Test
    func `only ASCII letters are folded`() {
        #expect("CHUNKED".equalsIgnoringASCIICase("chunked"))
        #expect(!"chun\u{212A}ed".equalsIgnoringASCIICase("chunked"))
        #expect(!"a[".equalsIgnoringASCIICase("a{"))
    }

    @Test
    func `a token is made of the 77 characters of RFC 9110`() {
        let characters = Array(
            ("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                + "abcdefghijklmnopqrstuvwxyz").utf8)
        for byte in UInt8.min...UInt8.max {
            #expect(byte.isTokenCharacter == characters.contains(byte), "\(byte)")
        }
        #expect(!([] as [UInt8]).isToken)
    }

    @Test
    func `names and tokens68 are made of letters, digits and a few marks`() {
        let characters = Array(
            "-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)
        for byte in UInt8.min...UInt8.max {
            let isUnreserved = characters.contains(byte)
            #expect(byte.isUnreserved == isUnreserved, "\(byte)")
            let isToken68 = isUnreserved || "+/=".utf8.contains(byte)
            #expect(byte.isToken68Character == isToken68, "\(byte)")
        }
    }

    @Test
    func `a value holds no control character but the tab`() {
        for byte in UInt8.min...UInt8.max {
            let isControl = byte < 0x20 && byte != 0x09 || byte == 0x7F
            #expect(byte.isFieldContent == !isControl, "\(byte)")
            #expect(byte.isVisible == (byte > 0x20 && byte < 0x7F), "\(byte)")
        }
    }

    @Test
    func `a hexadecimal digit has the value that Swift gives it`() {
        for byte in UInt8.min...UInt8.max {
            let expected = byte < 0x80 ? Character(Unicode.Scalar(byte)).hexDigitValue : nil
            #expect(byte.hexadecimalValue.map(Int.init) == expected, "\(byte)")
        }
    }

    @Test(arguments: [
        ("", ""), (" \t ", ""), ("a", "a"), ("\ta b ", "a b"), ("a\n ", "a\n"),
    ])
    func `optional white space is spaces and tabs at the ends`(text: String, trimmed: String) {
        let bytes = Array(text.utf8)
        #expect(bytes.trimmingOptionalWhiteSpace.elementsEqual(trimmed.utf8))
    }
}
