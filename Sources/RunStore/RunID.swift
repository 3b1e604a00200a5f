/// The name of a run: 48 bits of time in milliseconds and 80 random bits, so that the ids sort by
/// age and none can be guessed from another. Written as a ULID: 26 of Crockford's base 32 digits.
public struct RunID: Sendable, Hashable {
    private let bits: UInt128

    private static let length = 26
    private static let digits = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)

    /// A new id, later than `previous` even where the clock stands still or was set back.
    init(at seconds: Double, after previous: RunID? = nil) {
        let last: UInt64 = previous.map { UInt64($0.bits >> 80) } ?? 0
        let clock = UInt64(min(max(seconds * 1000, 0), Double(UInt64(1) << 47)))
        let milliseconds = UInt128(max(clock, last + 1))
        let random = UInt128.random(in: 0..<(1 << 80))
        bits = milliseconds << 80 | random
    }
}

extension RunID: Comparable {
    /// The older is the smaller, among the runs of a store.
    public static func < (left: RunID, right: RunID) -> Bool { left.bits < right.bits }
}

extension RunID: LosslessStringConvertible {
    /// Takes what `description` gives and nothing else: each id has one spelling.
    public init?(_ text: String) {
        guard text.utf8.count == Self.length else { return nil }
        var bits: UInt128 = 0
        for (place, character) in text.utf8.enumerated() {
            guard let digit = Self.digits.firstIndex(of: character) else { return nil }
            // 26 digits are 130 bits, of which the first two are 0.
            guard place > 0 || digit < 8 else { return nil }
            bits = bits << 5 | UInt128(digit)
        }
        self.bits = bits
    }

    public var description: String {
        let places = (0..<Self.length).reversed()
        let digits = places.map { Self.digits[Int(truncatingIfNeeded: bits >> (5 * $0)) & 31] }
        return String(decoding: digits, as: UTF8.self)
    }
}
