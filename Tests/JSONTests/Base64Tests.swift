import FoundationEssentials
import Testing

@testable import JSON

struct Base64Tests {
    /// The numbers of a text, or why there are none.
    static func numbers<Number: JSONNumber & BitwiseCopyable>(
        _ text: String
    ) -> Result<[Number], Base64.DecodingError> {
        Array(text.utf8).withUnsafeBufferPointer { text in
            Result { () throws(Base64.DecodingError) in try Base64.numbers(from: text) }
        }
    }

    static func decode<Number: JSONNumber & BitwiseCopyable>(
        _ text: String, as _: Number.Type = Double.self
    ) -> String {
        switch numbers(text) as Result<[Number], Base64.DecodingError> {
        case .success(let numbers): "\(numbers)"
        case .failure(let error): error.reason
        }
    }

    /// The test vectors of RFC 4648 §10.
    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
        ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
    ])
    func `bytes are written in groups of three`(bytes: String, text: String) {
        let written = Array(bytes.utf8).withUnsafeBytes(Base64.text)
        #expect(String(decoding: written, as: UTF8.self) == text)
    }

    @Test func `each number comes back bit for bit, in either width`() throws {
        var random = SplitMix64(seed: 31)
        for count in 0...40 {
            let doubles = (0..<count).map { _ in Double(bitPattern: random.next()) }
                .map { $0.isFinite ? $0 : -0.0 }
            var text = doubles.withUnsafeBytes(Base64.text)
            let found: [Double] = try Self.numbers(String(decoding: text, as: UTF8.self)).get()
            #expect(found.map(\.bitPattern) == doubles.map(\.bitPattern))

            let floats = doubles.map { Float($0) }.map { $0.isFinite ? $0 : 1 }
            text = floats.withUnsafeBytes(Base64.text)
            let single: [Float] = try Self.numbers(String(decoding: text, as: UTF8.self)).get()
            #expect(single.map(\.bitPattern) == floats.map(\.bitPattern))
        }
    }

    /// So many that several threads take a part each, and one byte more and less.
    @Test(arguments: [49151, 49152, 49153, 98304, 200_000])
    func `long bytes are written and read as Foundation does`(count: Int) throws {
        var random = SplitMix64(seed: UInt64(count))
        let bytes = (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        let text = bytes.withUnsafeBytes(Base64.text)
        #expect(text == Array(Data(bytes).base64EncodedData()))
        #expect(try text.withUnsafeBufferPointer(Base64.bytes) == bytes)
    }

    @Test(arguments: [0, 70_000, 131_071])
    func `a wrong character in a long text is found`(place: Int) {
        var text = [UInt8](repeating: UInt8(ascii: "A"), count: 131_072)
        text[place] = UInt8(ascii: "-")
        let found = Self.decode(String(decoding: text, as: UTF8.self))
        #expect(found == "\"-\" at \(place)" + Self.alphabet)
    }

    /// Wherever it stands, in a vector or behind the last one.
    @Test(arguments: UInt8.min...UInt8.max)
    func `a byte is a character of the alphabet or is refused`(byte: UInt8) throws {
        let character = String(UnicodeScalar(byte))
        let isCharacter = try Regex("[A-Za-z0-9+/]").wholeMatch(in: character) != nil
        for place in 0..<36 {
            var text = [UInt8](repeating: UInt8(ascii: "A"), count: 40)
            text[place] = byte
            let found = try? text.withUnsafeBufferPointer(Base64.bytes)
            let expected = isCharacter ? Data(base64Encoded: Data(text)).map(Array.init) : nil
            #expect(found == expected, "at \(place)")
        }
    }

    private static let length = "base64 has a multiple of 4 characters, found "
    private static let alphabet = " is not of base64 (A–Z, a–z, 0–9, + and /)"
    private static let bits = "the last character of the base64 has bits that belong to no byte"

    static let refused: [(text: String, reason: String)] = [
        ("AAAAAAAA8D8", length + "11: is \"=\" missing at its end?"),
        ("AAAAAAAA8D8=A", length + "13: is \"=\" missing at its end?"),
        ("AAAAAAAA-D8=", "\"-\" at 8" + alphabet),
        ("AAAA\nAAAA8D8", "\"\\n\" at 4" + alphabet),
        ("éAAAAAA8D8=", "\"é\" at 0" + alphabet),
        ("AAAAAAAA8=8=", "\"=\" at 9" + alphabet),
        ("AAAAAAAA8D=8", "\"=\" at 10" + alphabet),
        ("AAAAAAAA8===", "\"=\" at 9" + alphabet),
        ("====", "\"=\" at 0" + alphabet),
        ("AAAAAAAA8D9=", bits),
        ("AAAAAAAA8D8AAAAAAAAA8D9=", bits),
        ("AA==", "1 bytes are no whole number of float64"),
        ("AAAAAAAA8D8AAAAA", "12 bytes are no whole number of float64"),
        ("AAAAAAAA+H8=", "number 0 is NaN, expected a finite one"),
        ("AAAAAAAA8D8AAAAAAADw/w==", "number 1 is -Infinity, expected a finite one"),
    ]

    @Test(arguments: refused)
    func `text that is no base64 of numbers is refused`(text: String, reason: String) {
        #expect(Self.decode(text) == reason)
    }

    @Test func `a float32 has four bytes`() {
        #expect(Self.decode("AACAPw==", as: Float.self) == "[1.0]")
        #expect(
            Self.decode("AACAfw==", as: Float.self) == "number 0 is Infinity, expected a finite one"
        )
        #expect(Self.decode("AACA", as: Float.self) == "3 bytes are no whole number of float32")
    }
}
