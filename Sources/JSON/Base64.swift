/// Numbers as little-endian bytes in base64 (RFC 4648 §4).
enum Base64 {
    enum NumberType: String {
        case float64, float32
        var width: Int { self == .float64 ? 8 : 4 }
    }

    struct DecodingError: Error {
        let reason: String
    }

    private static let alphabet = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let padding = UInt8(ascii: "=")
    /// The six bits of each character, 0xFF for what is none.
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 0xFF, count: 256)
        for (value, character) in alphabet.enumerated() { values[Int(character)] = UInt8(value) }
        return values
    }()

    /// The numbers; refuses what is not base64, not whole numbers of bytes, or not finite.
    static func numbers(from text: String, as type: NumberType) throws(DecodingError) -> [Double] {
        let bytes = try decode(text)
        guard bytes.count % type.width == 0 else {
            throw DecodingError(
                reason: "\(bytes.count) bytes are no whole number of \(type.rawValue)")
        }
        let numbers = bytes.withUnsafeBytes { bytes in
            stride(from: 0, to: bytes.count, by: type.width).map { offset in
                switch type {
                case .float64:
                    let bits = bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
                    return Double(bitPattern: UInt64(littleEndian: bits))
                case .float32:
                    let bits = bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
                    return Double(Float(bitPattern: UInt32(littleEndian: bits)))
                }
            }
        }
        if let index = numbers.firstIndex(where: { !$0.isFinite }) {
            let kind = numbers[index].nonFiniteKind
            throw DecodingError(reason: "number \(index) is \(kind), expected a finite one")
        }
        return numbers
    }

    private static func decode(_ text: String) throws(DecodingError) -> [UInt8] {
        var text = text
        let length = text.utf8.count
        guard length % 4 == 0 else {
            throw DecodingError(
                reason: "base64 has a multiple of 4 characters, found \(length): "
                    + "is \"=\" missing at its end?")
        }
        let pads = text.utf8.suffix(2).count { $0 == padding }
        let count = length / 4 * 3 - pads
        var wrong: UInt8 = 0
        let bytes = text.withUTF8 { text in
            [UInt8](unsafeUninitializedCapacity: max(length / 4 * 3, 1)) { out, initialized in
                for group in 0..<(length / 4) {
                    var bits: UInt32 = 0
                    for index in (group * 4)..<(group * 4 + 4) {
                        // Padding counts as zeros where it may stand: at the very end.
                        let isPad = index >= length - pads && text[index] == padding
                        let value = isPad ? 0 : values[Int(text[index])]
                        wrong |= value & 0xC0
                        bits = bits << 6 | UInt32(value & 0x3F)
                    }
                    out[group * 3] = UInt8(truncatingIfNeeded: bits >> 16)
                    out[group * 3 + 1] = UInt8(truncatingIfNeeded: bits >> 8)
                    out[group * 3 + 2] = UInt8(truncatingIfNeeded: bits)
                }
                // Bits beside the last byte have to be 0, so that each value has one text.
                for index in count..<(length / 4 * 3) { wrong |= out[index] }
                initialized = count
            }
        }
        guard wrong == 0 else { throw DecodingError(reason: fault(in: text, pads)) }
        return bytes
    }

    private static func fault(in text: String, _ pads: Int) -> String {
        let digits = text.utf8.dropLast(pads)
        guard let place = digits.firstIndex(where: { values[Int($0)] == 0xFF }) else {
            return "the last character of the base64 has bits that belong to no byte"
        }
        let character = String(text.unicodeScalars[place])
        let offset = text.utf8.distance(from: text.startIndex, to: place)
        return "\(String(reflecting: character)) at \(offset) is not of base64 "
            + "(A–Z, a–z, 0–9, + and /)"
    }

    /// The text of some bytes.
    static func append(_ bytes: UnsafeRawBufferPointer, to out: inout [UInt8]) {
        out.reserveCapacity(out.count + (bytes.count + 2) / 3 * 4)
        alphabet.withUnsafeBufferPointer { alphabet in
            var index = 0
            while index < bytes.count {
                let left = bytes.count - index
                let bits =
                    UInt32(bytes[index]) << 16
                    | (left > 1 ? UInt32(bytes[index + 1]) << 8 : 0)
                    | (left > 2 ? UInt32(bytes[index + 2]) : 0)
                out.append(alphabet[Int(bits >> 18)])
                out.append(alphabet[Int(bits >> 12 & 0x3F)])
                out.append(left > 1 ? alphabet[Int(bits >> 6 & 0x3F)] : padding)
                out.append(left > 2 ? alphabet[Int(bits & 0x3F)] : padding)
                index += 3
            }
        }
    }
}
