import JSON
import Testing

/// The digits of single numbers.
struct JSONNumberTests {
    static func print<Number: JSONNumber>(_ number: Number) -> String {
        var writer = JSONWriter()
        writer.object { $0.field("n", shape: [1], [number]) }
        return String(writer.text.dropFirst(6).dropLast(2))
    }

    static let doubles: [(number: Double, text: String)] = [
        (1, "1.0"), (0, "0.0"), (-0.0, "-0.0"), (0.1, "0.1"), (-2.5, "-2.5"), (1e5, "1e+05"),
        (123_456, "123456.0"),
        (0x1p53, "9007199254740992.0"), (1e22, "1e+22"), (1e-7, "1e-07"),
        (123_456.789, "123456.789"), (0.3333333333333333, "0.3333333333333333"),
        (.leastNonzeroMagnitude, "5e-324"), (.greatestFiniteMagnitude, "1.7976931348623157e+308"),
        (-.leastNormalMagnitude, "-2.2250738585072014e-308"),
        (123_456_789_012_345_683_968, "123456789012345680000.0"),
    ]

    @Test(arguments: doubles)
    func `a float64 has its shortest digits, and a point or an exponent`(
        number: Double, text: String
    ) {
        #expect(Self.print(number) == text)
    }

    static let floats: [(number: Float, text: String)] = [
        (0.1, "0.1"), (1, "1.0"), (-0.0, "-0.0"), (0.33333334, "0.33333334"),
        (16_777_216, "16777216.0"), (.greatestFiniteMagnitude, "3.4028235e+38"),
        (.leastNonzeroMagnitude, "1e-45"),
    ]

    @Test(arguments: floats)
    func `a float32 has the digits of its own width`(number: Float, text: String) {
        #expect(Self.print(number) == text)
    }

    @Test func `random bit patterns are read back bit for bit`() throws {
        var random = SplitMix64(seed: 41)
        let doubles = (0..<100_000).map { _ in Double(bitPattern: random.next()) }
            .filter(\.isFinite)
        let floats = (0..<100_000).map { _ in
            Float(bitPattern: UInt32(truncatingIfNeeded: random.next()))
        }.filter(\.isFinite)
        for form in [JSONArrayForm.nested, .flat, .base64] {
            var writer = JSONWriter(arrays: form)
            writer.object {
                $0.field("doubles", shape: [doubles.count], doubles)
                $0.field("floats", shape: [floats.count], floats)
            }
            let members = try JSONDocument(parsing: writer.bytes).root.members()
            let foundDoubles = try members[0].value.numbers().elements
            #expect(foundDoubles.map(\.bitPattern) == doubles.map(\.bitPattern))
            let foundFloats = try members[1].value.numbers().elements.map { Float($0) }
            #expect(foundFloats.map(\.bitPattern) == floats.map(\.bitPattern))
        }
    }

    /// Whole numbers, powers of ten and of two lie where a printer changes from one spelling to the
    /// other.
    @Test func `the digits are as few as Swift's own`() {
        var random = SplitMix64(seed: 42)
        var numbers = (0..<20_000).map { _ in Double(bitPattern: random.next()) }
            .filter(\.isFinite)
        numbers += (-1074...1023).map { Double(sign: .plus, exponent: $0, significand: 1) }
        numbers += (-323...308).map { Double("1e\($0)")! }
        numbers += (0..<2000).map { _ in Double.random(in: -1e9...1e9, using: &random).rounded() }
        for number in numbers {
            let text = Self.print(number)
            // From 2⁵³ on a whole number may have all of its digits, which are no fewer.
            if abs(number) < 0x1p53 || text.contains("e") {
                #expect(PlainPrinter.canonical(text) == PlainPrinter.number(number))
            }
            #expect(text.contains { $0 == "." || $0 == "e" }, "\(text)")
        }
    }
}
