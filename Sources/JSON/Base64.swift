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
            (0..<(bytes.count / type.width)).map { index in
                let offset = index * type.width
                return switch type {
                case .float64:
                    Double(
                        bitPattern: UInt64(
                            littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)))
                case .float32:
                    Double(
                        Float(
                            bitPattern: UInt32(
                                littleEndian: bytes.loadUnaligned(
                                    fromByteOffset: offset, as: UInt32.self))))
                }
            }
        }
        if let index = numbers.firstIndex(where: { !$0.isFinite }) {
            throw DecodingError(reason: "number \(index) is \(numbers[index]), expected a finite one")
        }
        return numbers
    }

    private static func decode(_ text: String) throws(DecodingError) -> [UInt8] {
        var text = text
        let bytes: [UInt8]? = text.withUTF8 { text in
            guard text.count % 4 == 0 else { return nil }
            let pads = text.suffix(2).filter { $0 == padding }.count
            let count = text.count / 4 * 3 - pads
            return [UInt8](unsafeUninitializedCapacity: text.count / 4 * 3) { out, initialized in
                var wrong: UInt8 = 0
                for group in 0..<(text.count / 4) {
                    var bits: UInt32 = 0
                    for place in 0..<4 {
                        let index = group * 4 + place
                        // Padding counts as zeros where it may stand: at the very end.
                        let isPad = index >= text.count - pads && text[index] == padding
                        let value = isPad ? 0 : values[Int(text[index])]
                        wrong |= value & 0xC0
                        bits = bits << 6 | UInt32(value & 0x3F)
                    }
                    out[group * 3] = UInt8(truncatingIfNeeded: bits >> 16)
                    out[group * 3 + 1] = UInt8(truncatingIfNeeded: bits >> 8)
                    out[group * 3 + 2] = UInt8(truncatingIfNeeded: bits)
                }
                // Bits beside the last byte have to be 0, so that each value has one text.
                for index in count..<(text.count / 4 * 3) { wrong |= out[index] }
                initialized = wrong == 0 ? count : 0
            }
        }
        guard let bytes, bytes.isEmpty == text.isEmpty else {
            throw DecodingError(reason: "the text is not base64")
        }
        return bytes
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
