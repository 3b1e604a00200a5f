import Glibc

/// NumPy's legacy generator, `np.random.RandomState`: the same seed gives the same bits.
///
/// Mersenne Twister MT19937 (Matsumoto and Nishimura, 1998) with its 1998 seeding; uniform numbers
/// of 53 bits; normal ones by Marsaglia's polar method, which keeps the second of each pair.
public struct LegacyRandom: Sendable {
    private var state: [UInt32]
    private var position = Self.size
    private var spareNormal: Double?

    private static let size = 624

    /// As `np.random.seed(seed)`.
    public init(seed: UInt32) {
        var word = seed
        state = (1...Self.size).map { index in
            defer { word = 1_812_433_253 &* (word ^ (word >> 30)) &+ UInt32(index) }
            return word
        }
    }

    /// A number in [0, 1), as `np.random.rand()`.
    public mutating func uniform() -> Double {
        let high = Double(next() >> 5)
        let low = Double(next() >> 6)
        return (high * 67_108_864 + low) / 9_007_199_254_740_992
    }

    /// A standard normal number, as `np.random.randn()`.
    public mutating func normal() -> Double {
        if let spare = spareNormal {
            spareNormal = nil
            return spare
        }
        while true {
            let x1 = 2 * uniform() - 1
            let x2 = 2 * uniform() - 1
            let r2 = x1 * x1 + x2 * x2
            if r2 < 1 && r2 != 0 {
                let factor = (-2 * log(r2) / r2).squareRoot()
                spareNormal = factor * x1
                return factor * x2
            }
        }
    }

    /// The numbers below `count` in a random order, as `np.random.permutation(count)`.
    ///
    /// From the last place to the second, each number changes places with one at or before it
    /// (Durstenfeld, 1964).
    public mutating func permutation(_ count: Int) -> [Int] {
        var order = Array(0..<count)
        order.withUnsafeMutableBufferPointer { order in
            for last in stride(from: count - 1, to: 0, by: -1) {
                order.swapAt(last, Int(number(upTo: UInt32(last))))
            }
        }
        return order
    }

    /// A whole number from 0 to `greatest`, by masks and rejection, as NumPy's `random_interval`.
    private mutating func number(upTo greatest: UInt32) -> UInt32 {
        let mask = UInt32.max >> UInt32(greatest.leadingZeroBitCount)
        while true {
            let value = next() & mask
            if value <= greatest { return value }
        }
    }

    private mutating func next() -> UInt32 {
        if position == Self.size { renew() }
        var y = state[position]
        position += 1
        y ^= y >> 11
        y ^= (y << 7) & 0x9d2c_5680
        y ^= (y << 15) & 0xefc6_0000
        return y ^ (y >> 18)
    }

    private mutating func renew() {
        let n = Self.size
        for i in 0..<n {
            let y = (state[i] & 0x8000_0000) | (state[(i + 1) % n] & 0x7fff_ffff)
            let twist: UInt32 = y & 1 == 0 ? 0 : 0x9908_b0df
            state[i] = state[(i + 397) % n] ^ (y >> 1) ^ twist
        }
        position = 0
    }
}

extension LegacyRandom {
    /// All of its state, for a checkpoint: 624 words, the place in them, and the spare normal number,
    /// as 1 and the two halves of its bits, or as three zeros.
    public var words: [UInt32] {
        let bits = spareNormal?.bitPattern ?? 0
        return state + [
            UInt32(position), spareNormal == nil ? 0 : 1, UInt32(truncatingIfNeeded: bits >> 32),
            UInt32(truncatingIfNeeded: bits),
        ]
    }

    /// The generator of a checkpoint; nil where the words cannot be one.
    public init?(words: [UInt32]) {
        let size = Self.size
        guard words.count == size + 4, words[size] <= size else { return nil }
        // The generator never leaves a state of zeros; the lower bits of the first word are not used.
        guard words[0] >> 31 != 0 || words[1..<size].contains(where: { $0 != 0 }) else {
            return nil
        }
        let spare = Double(bitPattern: UInt64(words[size + 2]) << 32 | UInt64(words[size + 3]))
        switch words[size + 1] {
        case 0 where spare.bitPattern == 0: spareNormal = nil
        case 1 where spare.isFinite: spareNormal = spare
        default: return nil
        }
        state = Array(words[..<size])
        position = Int(words[size])
    }
}
