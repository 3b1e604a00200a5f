import Glibc

/// A JSON text as RFC 8259 has it, read by its grammar one rule after the other: what the decoder is
/// held against.
indirect enum PlainJSON {
    case null
    case boolean(Bool)
    /// The digits as they are written.
    case number([UInt8])
    /// UTF-8, unescaped.
    case string([UInt8])
    case array([PlainJSON])
    case object([(name: [UInt8], value: PlainJSON)])

    /// Nil for what is no JSON, is nested deeper, or has a number that float64 has not.
    init?(_ bytes: [UInt8], maximumDepth: Int) {
        var reader = PlainJSONReader(bytes: bytes, maximumDepth: maximumDepth)
        guard let value = reader.text() else { return nil }
        self = value
    }
}

private struct PlainJSONReader {
    let bytes: [UInt8]
    let maximumDepth: Int
    var place = 0

    private var next: UInt8? { place < bytes.count ? bytes[place] : nil }

    mutating func text() -> PlainJSON? {
        skipSpace()
        guard let value = value(depth: 0) else { return nil }
        skipSpace()
        return place == bytes.count ? value : nil
    }

    private mutating func skipSpace() {
        while let byte = next, " \t\n\r".utf8.contains(byte) { place += 1 }
    }

    private mutating func take(_ text: StaticString) -> Bool {
        let count = text.utf8CodeUnitCount
        guard place + count <= bytes.count else { return false }
        for index in 0..<count where bytes[place + index] != text.utf8Start[index] { return false }
        place += count
        return true
    }

    private mutating func value(depth: Int) -> PlainJSON? {
        switch next {
        case UInt8(ascii: "{"): return depth < maximumDepth ? object(depth: depth + 1) : nil
        case UInt8(ascii: "["): return depth < maximumDepth ? array(depth: depth + 1) : nil
        case UInt8(ascii: "\""): return string().map(PlainJSON.string)
        case UInt8(ascii: "t"): return take("true") ? .boolean(true) : nil
        case UInt8(ascii: "f"): return take("false") ? .boolean(false) : nil
        case UInt8(ascii: "n"): return take("null") ? .null : nil
        default: return number()
        }
    }

    private mutating func object(depth: Int) -> PlainJSON? {
        place += 1
        skipSpace()
        if take("}") { return .object([]) }
        var members: [(name: [UInt8], value: PlainJSON)] = []
        while true {
            guard next == UInt8(ascii: "\""), let name = string() else { return nil }
            skipSpace()
            guard take(":") else { return nil }
            skipSpace()
            guard let value = value(depth: depth) else { return nil }
            members.append((name, value))
            skipSpace()
            if take("}") { return .object(members) }
            guard take(",") else { return nil }
            skipSpace()
        }
    }

    private mutating func array(depth: Int) -> PlainJSON? {
        place += 1
        skipSpace()
        if take("]") { return .array([]) }
        var elements: [PlainJSON] = []
        while true {
            guard let value = value(depth: depth) else { return nil }
            elements.append(value)
            skipSpace()
            if take("]") { return .array(elements) }
            guard take(",") else { return nil }
            skipSpace()
        }
    }

    private mutating func number() -> PlainJSON? {
        let start = place
        _ = take("-")
        if !take("0") {
            guard digits() else { return nil }
        }
        if take(".") {
            guard digits() else { return nil }
        }
        if take("e") || take("E") {
            if !take("+") { _ = take("-") }
            guard digits() else { return nil }
        }
        let digits = Array(bytes[start..<place])
        return PlainJSON.number(digits).double.isFinite ? .number(digits) : nil
    }

    private mutating func digits() -> Bool {
        let start = place
        while let byte = next, byte >= 0x30, byte <= 0x39 { place += 1 }
        return place > start
    }

    private mutating func string() -> [UInt8]? {
        place += 1
        var out: [UInt8] = []
        while let byte = next {
            switch byte {
            case UInt8(ascii: "\""):
                place += 1
                return out
            case UInt8(ascii: "\\"):
                guard escape(into: &out) else { return nil }
            case 0x20..<0x80:
                out.append(byte)
                place += 1
            default:
                guard let length = lengthOfScalar() else { return nil }
                out += bytes[place..<(place + length)]
                place += length
            }
        }
        return nil
    }

    /// By the table of RFC 3629 §4.
    private func lengthOfScalar() -> Int? {
        func tail(_ index: Int, _ range: ClosedRange<UInt8> = 0x80...0xBF) -> Bool {
            place + index < bytes.count && range.contains(bytes[place + index])
        }
        switch bytes[place] {
        case 0xC2...0xDF: return tail(1) ? 2 : nil
        case 0xE0: return tail(1, 0xA0...0xBF) && tail(2) ? 3 : nil
        case 0xED: return tail(1, 0x80...0x9F) && tail(2) ? 3 : nil
        case 0xE1...0xEF: return tail(1) && tail(2) ? 3 : nil
        case 0xF0: return tail(1, 0x90...0xBF) && tail(2) && tail(3) ? 4 : nil
        case 0xF1...0xF3: return tail(1) && tail(2) && tail(3) ? 4 : nil
        case 0xF4: return tail(1, 0x80...0x8F) && tail(2) && tail(3) ? 4 : nil
        default: return nil
        }
    }

    private mutating func escape(into out: inout [UInt8]) -> Bool {
        place += 1
        guard let byte = next else { return false }
        place += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): out.append(byte)
        case UInt8(ascii: "b"): out.append(0x08)
        case UInt8(ascii: "f"): out.append(0x0C)
        case UInt8(ascii: "n"): out.append(0x0A)
        case UInt8(ascii: "r"): out.append(0x0D)
        case UInt8(ascii: "t"): out.append(0x09)
        case UInt8(ascii: "u"):
            guard var code = codeUnit() else { return false }
            if code & 0xFC00 == 0xD800 {
                guard take("\\u"), let second = codeUnit(), second & 0xFC00 == 0xDC00 else {
                    return false
                }
                code = 0x10000 + (code & 0x3FF) << 10 + second & 0x3FF
            }
            guard let scalar = Unicode.Scalar(code) else { return false }
            out += UTF8.encode(scalar)!
        default: return false
        }
        return true
    }

    private mutating func codeUnit() -> UInt32? {
        guard place + 4 <= bytes.count else { return nil }
        var code: UInt32 = 0
        for byte in bytes[place..<(place + 4)] {
            switch byte {
            case 0x30...0x39: code = code << 4 | UInt32(byte - 0x30)
            case 0x41...0x46: code = code << 4 | UInt32(byte - 0x37)
            case 0x61...0x66: code = code << 4 | UInt32(byte - 0x57)
            default: return nil
            }
        }
        place += 4
        return code
    }
}

extension PlainJSON {
    /// What a number's digits say, by the C library.
    var double: Double {
        guard case .number(let digits) = self else { return .nan }
        return (digits + [0]).withUnsafeBufferPointer { digits in
            digits.withMemoryRebound(to: CChar.self) { strtod($0.baseAddress!, nil) }
        }
    }

    /// The text without white space.
    func print(to out: inout [UInt8]) {
        switch self {
        case .null: out += "null".utf8
        case .boolean(let value): out += (value ? "true" : "false").utf8
        case .number(let digits): out += digits
        case .string(let text): Self.print(text, to: &out)
        case .array(let elements):
            out.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                if index > 0 { out.append(UInt8(ascii: ",")) }
                element.print(to: &out)
            }
            out.append(UInt8(ascii: "]"))
        case .object(let members):
            out.append(UInt8(ascii: "{"))
            for (index, member) in members.enumerated() {
                if index > 0 { out.append(UInt8(ascii: ",")) }
                Self.print(member.name, to: &out)
                out.append(UInt8(ascii: ":"))
                member.value.print(to: &out)
            }
            out.append(UInt8(ascii: "}"))
        }
    }

    private static func print(_ text: [UInt8], to out: inout [UInt8]) {
        out.append(UInt8(ascii: "\""))
        for byte in text {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): out += [UInt8(ascii: "\\"), byte]
            case 0..<0x20: out += "\\u00\(byte < 16 ? "0" : "")\(String(byte, radix: 16))".utf8
            default: out.append(byte)
            }
        }
        out.append(UInt8(ascii: "\""))
    }
}
