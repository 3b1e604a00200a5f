import CSimdJSON
import Machine
import Synchronization

/// Numbers as little-endian bytes in base64 (RFC 4648 §4). Long texts are read and written by
/// several threads at once.
enum Base64 {
    enum NumberType: String {
        case float64, float32

        /// In bytes.
        var width: Int {
            switch self {
            case .float64: 8
            case .float32: 4
            }
        }
    }

    struct DecodingError: Error {
        let reason: String
    }

    private static let alphabet = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let padding = UInt8(ascii: "=")
    /// The six bits of each character, `none` for what is none.
    private static let values: [UInt32] = {
        var values = [UInt32](repeating: none, count: 256)
        for (value, character) in alphabet.enumerated() { values[Int(character)] = UInt32(value) }
        return values
    }()
    /// Wherever it is shifted to, it has bits above the 24 of a group.
    private static let none = UInt32.max

    /// Groups of four characters that one thread goes through at a time.
    private static let groupsAtOnce = 16 * 1024

    /// Goes through so many groups, some at a time.
    private static func inParts(_ groups: Int, _ body: @Sendable (Range<Int>) -> Void) {
        let parts = (groups + groupsAtOnce - 1) / groupsAtOnce
        if parts <= 1 { return body(0..<groups) }
        Machine.forEach(of: parts) { part in
            let start = part * groupsAtOnce
            body(start..<min(start + groupsAtOnce, groups))
        }
    }

    /// The bytes that a text stands for; refuses what is not base64.
    static func bytes(from text: UnsafeBufferPointer<UInt8>) throws(DecodingError) -> [UInt8] {
        try decode(text)
    }

    /// The numbers; refuses what is not base64, not whole numbers of bytes, or not finite.
    static func numbers<Number: JSONNumber & BitwiseCopyable>(
        from text: UnsafeBufferPointer<UInt8>
    ) throws(DecodingError) -> [Number] {
        let numbers: [Number] = try decode(text)
        if let index = numbers.withUnsafeBufferPointer({ $0.firstIndex { !$0.isFinite } }) {
            let kind = numbers[index].nonFiniteKind
            throw DecodingError(reason: "number \(index) is \(kind), expected a finite one")
        }
        return numbers
    }

    /// Decodes right into the numbers' own memory: a large array is there once.
    private static func decode<Number: BitwiseCopyable>(
        _ text: UnsafeBufferPointer<UInt8>
    ) throws(DecodingError) -> [Number] {
        let length = text.count
        guard length % 4 == 0 else {
            throw DecodingError(
                reason: "base64 has a multiple of 4 characters, found \(length): "
                    + "is \"=\" missing at its end?")
        }
        let pads = text.suffix(2).count { $0 == padding }
        let count = length / 4 * 3 - pads
        let width = MemoryLayout<Number>.size
        guard count % width == 0 else {
            let bytes: [UInt8] = try decode(text)  // A character that is none comes first.
            throw DecodingError(
                reason: "\(bytes.count) bytes are no whole number of float\(8 * width)")
        }
        var isGood = true
        // At least one: without capacity the count would be written to the storage that all empty
        // arrays of the process share.
        let numbers = [Number](unsafeUninitializedCapacity: max(count / width, 1)) { out, filled in
            isGood = decode(text, count, into: UnsafeMutableRawBufferPointer(out))
            filled = isGood ? count / width : 0
        }
        guard isGood else { throw DecodingError(reason: fault(in: text, pads)) }
        return numbers
    }

    /// Writes `count` bytes; false where a character is none of the alphabet.
    private static func decode(
        _ text: UnsafeBufferPointer<UInt8>, _ count: Int, into out: UnsafeMutableRawBufferPointer
    ) -> Bool {
        let whole = count / 3
        let isGood = Atomic(true)
        // Each part of the text has a part of the bytes.
        nonisolated(unsafe) let (text, out) = (text, out)
        inParts(whole) { groups in
            if !decode(groups, of: text, into: out) { isGood.store(false, ordering: .relaxed) }
        }
        guard isGood.load(ordering: .relaxed) else { return false }
        let rest = count - whole * 3
        guard rest > 0 else { return true }
        // The last group has padding, which counts as zeros. Bits beside its last byte have to be 0,
        // so that each value has one text.
        var bits: UInt32 = 0
        for index in 0...rest {
            let value = values[Int(text[whole * 4 + index])]
            guard value != none else { return false }
            bits |= value << UInt32(18 - 6 * index)
        }
        out[whole * 3] = UInt8(truncatingIfNeeded: bits >> 16)
        if rest == 2 { out[whole * 3 + 1] = UInt8(truncatingIfNeeded: bits >> 8) }
        return bits & (rest == 1 ? 0xFFFF : 0xFF) == 0
    }

    private static func decode(
        _ groups: Range<Int>, of text: UnsafeBufferPointer<UInt8>,
        into out: UnsafeMutableRawBufferPointer
    ) -> Bool {
        let done = csimdjson_decode_base64(
            text.baseAddress! + 4 * groups.lowerBound, groups.count,
            out.baseAddress!.assumingMemoryBound(to: UInt8.self) + 3 * groups.lowerBound)
        return values.withUnsafeBufferPointer { values in
            var all: UInt32 = 0
            for group in groups.dropFirst(done) {
                let bits =
                    values[Int(text[4 * group])] << 18 | values[Int(text[4 * group + 1])] << 12
                    | values[Int(text[4 * group + 2])] << 6 | values[Int(text[4 * group + 3])]
                all |= bits
                out[3 * group] = UInt8(truncatingIfNeeded: bits >> 16)
                out[3 * group + 1] = UInt8(truncatingIfNeeded: bits >> 8)
                out[3 * group + 2] = UInt8(truncatingIfNeeded: bits)
            }
            return all >> 24 == 0
        }
    }

    private static func fault(in text: UnsafeBufferPointer<UInt8>, _ pads: Int) -> String {
        let text = String(decoding: text, as: UTF8.self)
        let digits = text.utf8.dropLast(pads)
        guard let place = digits.firstIndex(where: { values[Int($0)] == none }) else {
            return "the last character of the base64 has bits that belong to no byte"
        }
        let character = String(text.unicodeScalars[place])
        let offset = text.utf8.distance(from: text.startIndex, to: place)
        return "\(String(reflecting: character)) at \(offset) is not of base64 "
            + "(A–Z, a–z, 0–9, + and /)"
    }

    /// The characters of twelve bits each, two by two.
    private static let characterPairs: [(UInt8, UInt8)] = alphabet.flatMap { first in
        alphabet.map { (first, $0) }
    }

    /// The text of some bytes.
    static func text(of bytes: UnsafeRawBufferPointer) -> [UInt8] {
        let length = (bytes.count + 2) / 3 * 4
        return [UInt8](unsafeUninitializedCapacity: max(length, 1)) { text, count in
            encode(bytes, to: text)
            count = length
        }
    }

    private static func encode(
        _ bytes: UnsafeRawBufferPointer, to text: UnsafeMutableBufferPointer<UInt8>
    ) {
        let whole = bytes.count / 3
        // Each part of the bytes has a part of the text.
        nonisolated(unsafe) let (bytes, text) = (bytes, text)
        inParts(whole) { groups in encode(groups, of: bytes, to: text) }
        let rest = bytes.count - 3 * whole
        guard rest > 0 else { return }
        let bits = Int(bytes[3 * whole]) << 16 | (rest > 1 ? Int(bytes[3 * whole + 1]) << 8 : 0)
        text[4 * whole] = alphabet[bits >> 18]
        text[4 * whole + 1] = alphabet[bits >> 12 & 0x3F]
        text[4 * whole + 2] = rest > 1 ? alphabet[bits >> 6 & 0x3F] : padding
        text[4 * whole + 3] = padding
    }

    private static func encode(
        _ groups: Range<Int>, of bytes: UnsafeRawBufferPointer,
        to text: UnsafeMutableBufferPointer<UInt8>
    ) {
        let done = csimdjson_encode_base64(
            bytes.baseAddress!.assumingMemoryBound(to: UInt8.self) + 3 * groups.lowerBound,
            groups.count, text.baseAddress! + 4 * groups.lowerBound)
        characterPairs.withUnsafeBufferPointer { pairs in
            for group in groups.dropFirst(done) {
                let bits =
                    Int(bytes[3 * group]) << 16 | Int(bytes[3 * group + 1]) << 8
                    | Int(bytes[3 * group + 2])
                let (high, low) = (pairs[bits >> 12], pairs[bits & 0xFFF])
                text[4 * group] = high.0
                text[4 * group + 1] = high.1
                text[4 * group + 2] = low.0
                text[4 * group + 3] = low.1
            }
        }
    }
}
