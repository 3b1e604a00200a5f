import JSON
import Testing

/// Numbers of texts are the float64 nearest to what stands there.
struct JSONDocumentNumberTests {
    static let rounded: [(text: String, number: Double)] = [
        ("0", 0.0), ("-0.0", -0.0), ("-0e0", -0.0), ("1E+2", 100), ("1e-2", 0.01),
        ("9007199254740993", 9_007_199_254_740_992),  // 2⁵³ + 1 lies halfway: to the even one.
        ("9223372036854775807", 0x1p63), ("-9223372036854775808", -0x1p63),
        ("18446744073709551615", 0x1p64),
        ("1.7976931348623157e308", Double.greatestFiniteMagnitude),
        ("1.7976931348623158e308", Double.greatestFiniteMagnitude),
        ("2.2250738585072014e-308", Double.leastNormalMagnitude),
        ("2.2250738585072011e-308", Double.leastNormalMagnitude.nextDown),
        ("5e-324", .leastNonzeroMagnitude), ("2.5e-324", .leastNonzeroMagnitude),
        ("2.4703282292062327e-324", 0), ("1e-400", 0), ("-1e-400", -0.0),
        ("0e999999999999999999999", 0), ("1e-99999999999999999999", 0),
    ]

    @Test(arguments: rounded)
    func `a number is rounded to the nearest, its sign kept`(text: String, number: Double) throws {
        #expect(try parse(text).number().bitPattern == number.bitPattern)
    }

    /// JSON's integers have one zero, as those of Python and NumPy; reals have two.
    @Test func `an integer zero has no sign`() throws {
        #expect(try parse("-0").number().bitPattern == 0)
    }

    /// JavaScript writes 1e20 as 100000000000000000000.
    static let longIntegers: [String] = [
        "18446744073709551616", "-9223372036854775809", "100000000000000000000",
        "123456789012345678901234567890", "-1" + String(repeating: "0", count: 308),
        "1" + String(repeating: "7", count: 299),
    ]

    @Test(arguments: longIntegers)
    func `an integer of more than 64 bits is read as the real that it is nearest to`(text: String)
        throws
    {
        #expect(try parse(text).number() == Double(text))
        let mixed = try parse(#"{"a": [1, \#(text) ,\#(text)], "\#(text)": 2.5}"#).members()
        #expect(try mixed[0].value.numbers().elements == [1, Double(text)!, Double(text)!])
        #expect(mixed[1].name == text)
    }

    static let tooLarge: [String] = [
        "1e309", "-1e309", "1e999", "1E400", "1.7976931348623159e308", "179769313486231580793e289",
        "1" + String(repeating: "0", count: 309), "1e99999999999999999999",
        "0.1e310", String(repeating: "9", count: 400) + ".5",
    ]

    @Test(arguments: tooLarge)
    func `a number that float64 cannot hold is refused`(text: String) {
        let error = #expect(throws: JSONSyntaxError.self) { try parse("[0, \(text)]") }
        #expect(error?.reason.hasSuffix("is too large for float64") == true)
        #expect(error?.pointer.description == "/1")
        #expect(error?.column == 5)
    }

    @Test func `decimals of any length agree with the standard library's reading`() throws {
        var random = SplitMix64(seed: 11)
        for _ in 0..<20_000 {
            func digits(_ count: Int) -> String {
                (0..<count).map { _ in String(Int.random(in: 0...9, using: &random)) }.joined()
            }
            let fraction = digits(Int.random(in: 1...30, using: &random))
            let whole = Int.random(in: 1...9, using: &random)
            let exponent = Int.random(in: -340...307, using: &random)
            let text = "\(whole).\(fraction)e\(exponent)"
            let found = try parse(text).number()
            #expect(found.bitPattern == Double(text)?.bitPattern, "\(text)")
        }
    }

    @Test func `the shortest digits of random bit patterns are read back bit for bit`() throws {
        var random = SplitMix64(seed: 12)
        let numbers = (0..<100_000).map { _ in Double(bitPattern: random.next()) }
            .filter(\.isFinite)
        let text = "[" + numbers.map(\.description).joined(separator: ",") + "]"
        let found = try parse(text).numbers().elements
        #expect(found.map(\.bitPattern) == numbers.map(\.bitPattern))
    }
}
