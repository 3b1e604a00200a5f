import CSimdJSON

/// A number that can be written: `Double` or `Float`, each with the digits of its own width.
public protocol JSONNumber: BinaryFloatingPoint, Sendable {
    /// Its name on the wire.
    static var dtype: String { get }

    /// Prints some of the numbers with the brackets and commas before each; the last brackets are
    /// the caller's. Returns how many bytes were written.
    static func print(
        _ numbers: [Self], _ range: Range<Int>, shape: [Int], to out: UnsafeMutablePointer<CChar>,
        nonFinite: inout Int
    ) -> Int
}

extension JSONNumber {
    /// Room for a number and the brackets and commas around it.
    static var printedWidth: Int { csimdjson_number_width }

    var nonFiniteKind: String { isNaN ? "NaN" : self > 0 ? "Infinity" : "-Infinity" }
}

extension Double: JSONNumber {
    public static let dtype = "float64"

    public static func print(
        _ numbers: [Double], _ range: Range<Int>, shape: [Int],
        to out: UnsafeMutablePointer<CChar>, nonFinite: inout Int
    ) -> Int {
        csimdjson_print_doubles(
            numbers, range.lowerBound, range.upperBound, shape, shape.count, out, &nonFinite)
    }
}

extension Float: JSONNumber {
    public static let dtype = "float32"

    public static func print(
        _ numbers: [Float], _ range: Range<Int>, shape: [Int],
        to out: UnsafeMutablePointer<CChar>, nonFinite: inout Int
    ) -> Int {
        csimdjson_print_floats(
            numbers, range.lowerBound, range.upperBound, shape, shape.count, out, &nonFinite)
    }
}
