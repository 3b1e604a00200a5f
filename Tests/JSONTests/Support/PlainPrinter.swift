import JSON

/// What a writer of arrays is to print, made without it: one number after the other, with Swift's
/// shortest digits, and nested lists as their definition has them.
enum PlainPrinter {
    /// The lists that begin at an element, of an array of that shape.
    static func nested<Number: JSONNumber & LosslessStringConvertible>(
        _ elements: ArraySlice<Number>, _ shape: ArraySlice<Int>
    ) -> String {
        guard let count = shape.first else { return number(elements.first!) }
        let stride = count == 0 ? 0 : elements.count / count
        let lists = (0..<count).map { index in
            let start = elements.startIndex + index * stride
            return nested(elements[start..<(start + stride)], shape.dropFirst())
        }
        return "[" + lists.joined(separator: ",") + "]"
    }

    /// A number in the digits of Swift's own printer, spelt as the writer does.
    static func number<Number: JSONNumber & LosslessStringConvertible>(_ number: Number) -> String {
        number.isFinite ? canonical(number.description) : "null"
    }

    /// The digits without trailing zeros and the power of ten behind them: two spellings of one
    /// number become one, `1200.0` and `1.2e+3` alike `12e2`.
    static func canonical(_ text: String) -> String {
        let parts = text.split(separator: "e")
        let sign = text.hasPrefix("-") ? "-" : ""
        let mantissa = parts[0].drop { $0 == "-" }.split(
            separator: ".", omittingEmptySubsequences: false)
        let fraction = mantissa.count > 1 ? String(mantissa[1]) : ""
        var exponent = (parts.count > 1 ? Int(parts[1])! : 0) - fraction.count
        var digits = String((mantissa[0] + fraction).drop { $0 == "0" })
        if digits.isEmpty { return sign + "0" }
        while digits.hasSuffix("0") {
            digits.removeLast()
            exponent += 1
        }
        return "\(sign)\(digits)e\(exponent)"
    }

    /// The numbers of a printed text in that spelling, all else left as it is.
    static func canonicalNumbers(in text: String) -> String {
        var result = ""
        var number = ""
        for character in text + " " {
            if "0123456789+-.e".contains(character) {
                number.append(character)
            } else {
                result += number.isEmpty ? "" : canonical(number)
                number = ""
                result.append(character)
            }
        }
        return String(result.dropLast())
    }
}
