/// The classes of octets that RFC 9110 and RFC 3986 name.
extension UInt8 {
    static let carriageReturn = UInt8(ascii: "\r")
    static let lineFeed = UInt8(ascii: "\n")
    static let space = UInt8(ascii: " ")
    static let tab = UInt8(ascii: "\t")
    static let colon = UInt8(ascii: ":")

    var isDigit: Bool { self &- 0x30 < 10 }
    var isLetter: Bool { (self | 0x20) &- 0x61 < 26 }

    /// RFC 3986 §2.3: what names may be made of anywhere.
    package var isUnreserved: Bool {
        if isLetter || isDigit { return true }
        switch self {
        case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"):
            return true
        default:
            return false
        }
    }

    /// What token68 is made of, as it is sent for `Bearer` (RFC 9110 §11.2).
    package var isToken68Character: Bool {
        isUnreserved || self == UInt8(ascii: "+") || self == UInt8(ascii: "/")
            || self == UInt8(ascii: "=")
    }

    var isOptionalWhiteSpace: Bool { self == .space || self == .tab }

    /// VCHAR: printable and not a space.
    var isVisible: Bool { self > 0x20 && self < 0x7F }

    /// What a field's value may hold: visible, obs-text, space and tab; no other control.
    var isFieldContent: Bool { self >= 0x20 && self != 0x7F || self == .tab }

    /// tchar: what methods and field names are made of.
    var isTokenCharacter: Bool {
        if isLetter || isDigit { return true }
        switch self {
        case UInt8(ascii: "!"), UInt8(ascii: "#"), UInt8(ascii: "$"), UInt8(ascii: "%"),
            UInt8(ascii: "&"), UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "+"),
            UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "^"), UInt8(ascii: "_"),
            UInt8(ascii: "`"), UInt8(ascii: "|"), UInt8(ascii: "~"):
            return true
        default:
            return false
        }
    }

    /// The value of a hexadecimal digit.
    var hexadecimalValue: UInt8? {
        if isDigit { return self - 0x30 }
        let letter = self | 0x20
        return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : nil
    }
}

extension RandomAccessCollection where Element == UInt8 {
    var isToken: Bool { !isEmpty && allSatisfy(\.isTokenCharacter) }

    /// Without the spaces and tabs at both ends (OWS).
    var trimmingOptionalWhiteSpace: SubSequence {
        guard let first = firstIndex(where: { !$0.isOptionalWhiteSpace }),
            let last = lastIndex(where: { !$0.isOptionalWhiteSpace })
        else { return self[endIndex...] }
        return self[first...last]
    }
}

extension String {
    /// Folds ASCII letters only: by Unicode's rules the Kelvin sign would equal "k".
    func equalsIgnoringASCIICase(_ other: String) -> Bool {
        utf8.count == other.utf8.count
            && zip(utf8, other.utf8).allSatisfy { $0 == $1 || $0.isLetter && $0 ^ $1 == 0x20 }
    }
}
