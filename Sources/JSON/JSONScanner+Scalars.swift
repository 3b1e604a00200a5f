extension JSONScanner {
    mutating func readString() throws(JSONSyntaxError) {
        index += 1
        while let byte = current, byte != UInt8(ascii: "\"") {
            switch byte {
            case UInt8(ascii: "\\"):
                try readEscape()
            case 0..<0x20:
                let code = (byte < 16 ? "000" : "00") + String(byte, radix: 16, uppercase: true)
                throw fault(
                    "a string has control characters only as escapes: write this one \\u\(code)",
                    inValue: true)
            case 0x20..<0x80:
                index += 1
            default:
                var bytes = text[index...].makeIterator()
                var parser = Unicode.UTF8.ForwardParser()
                guard case .valid(let character) = parser.parseScalar(from: &bytes) else {
                    throw fault("the bytes here are not UTF-8", inValue: true)
                }
                index += character.count
            }
        }
        if current == nil {
            throw fault("the text ends inside a string: a \" is missing", inValue: true)
        }
        index += 1
    }

    private mutating func readEscape() throws(JSONSyntaxError) {
        let start = index
        index += 1
        if let byte = current, "\"\\/bfnrt".utf8.contains(byte) {
            index += 1
            return
        }
        guard let first = readCodeUnit() else {
            throw fault(
                "unknown escape: JSON has \\\" \\\\ \\/ \\b \\f \\n \\r \\t and \\u with 4 "
                    + "hexadecimal digits", at: start, inValue: true)
        }
        if !UTF16.isSurrogate(first) { return }
        if UTF16.isLeadSurrogate(first), current == UInt8(ascii: "\\") {
            index += 1
            if let second = readCodeUnit(), UTF16.isTrailSurrogate(second) { return }
        }
        throw fault(
            "this escape is half of a surrogate pair: the other half is missing", at: start,
            inValue: true)
    }

    /// `u` and four hexadecimal digits.
    private mutating func readCodeUnit() -> UInt16? {
        guard current == UInt8(ascii: "u"), index + 5 <= text.count else { return nil }
        let digits = text[(index + 1)..<(index + 5)]
        let isHexadecimal = digits.allSatisfy { Character(Unicode.Scalar($0)).isHexDigit }
        index += 5
        return isHexadecimal ? UInt16(String(decoding: digits, as: UTF8.self), radix: 16) : nil
    }

    mutating func readNumber() throws(JSONSyntaxError) {
        let start = index
        if current == UInt8(ascii: "-") { index += 1 }
        let integer = index
        var isWhole = readDigits() > 0
        var isNumber = isWhole && (text[integer] != UInt8(ascii: "0") || index == integer + 1)
        if isNumber, current == UInt8(ascii: ".") {
            index += 1
            isNumber = readDigits() > 0
            isWhole = false
        }
        var exponentDigits = 0
        if isNumber, current == UInt8(ascii: "e") || current == UInt8(ascii: "E") {
            index += 1
            if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { index += 1 }
            exponentDigits = readDigits()
            isNumber = exponentDigits > 0
            isWhole = false
        }
        let end = index
        // Shorter ones are in range, and to convert each would take long.
        let isExtreme = exponentDigits > 2 || end - start > 300
        if !isNumber || isExtreme || current?.isPartOfWord == true {
            let word = readWordBytes(from: start)
            guard isNumber, index == end else {
                throw fault(
                    Self.notFinite.contains(word.lowercased())
                        ? "JSON has no NaN and no infinity"
                        : "\(word.excerpt) is no number as JSON writes it: -12, 0.5 or 1e-3",
                    at: start, inValue: true)
            }
            if isExtreme, Double(word).map(\.isFinite) != true {
                throw fault("\(word.excerpt) is too large for float64", at: start, inValue: true)
            }
        }
        if isWhole, end - integer >= 19 { longIntegerEnds.append(end) }
    }

    private mutating func readDigits() -> Int {
        let start = index
        while let byte = current, byte.isDigit { index += 1 }
        return index - start
    }

    mutating func readWord() throws(JSONSyntaxError) {
        let start = index
        let word = readWordBytes(from: start)
        if ["true", "false", "null"].contains(word) { return }
        let reason =
            switch word.lowercased() {
            case "": "expected a value, found \(found)"
            case "true", "false": "unknown word \(word.excerpt): JSON has \(word.lowercased())"
            case "none", "nil", "undefined": "unknown word \(word.excerpt): JSON has null"
            case let lower where Self.notFinite.contains(lower): "JSON has no NaN and no infinity"
            default: "unknown word \(word.excerpt)"
            }
        throw fault(reason, at: start, inValue: true)
    }

    private static let notFinite: Set = [
        "nan", "inf", "infinity", "+nan", "+inf", "+infinity", "-nan", "-inf", "-infinity",
    ]

    /// Goes to the end of what looks like one word.
    private mutating func readWordBytes(from start: Int) -> String {
        while let byte = current, byte.isPartOfWord { index += 1 }
        return String(decoding: text[start..<index], as: UTF8.self)
    }
}

extension UInt8 {
    var isDigit: Bool { UInt8(ascii: "0") <= self && self <= UInt8(ascii: "9") }

    fileprivate var isPartOfWord: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"),
            UInt8(ascii: "."), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}

extension String {
    /// In quotation marks, and not too long for a message.
    fileprivate var excerpt: String { "\"\(prefix(24))\(count > 24 ? "…" : "")\"" }
}
