/// Steele, Lea and Flood's generator (2014), for choices that an input decides alone.
struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// The same choices for the same bytes (Fowler, Noll and Vo's hash).
    init(for bytes: [UInt8]) {
        state = 0xCBF2_9CE4_8422_2325
        for byte in bytes { state = (state ^ UInt64(byte)) &* 0x100_0000_01B3 }
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

/// Two ways in which the same bytes are delivered: whole, and cut at random or, now and then, byte by
/// byte.
func deliveries(
    of bytes: [UInt8], _ random: inout SplitMix64
) -> (whole: [ArraySlice<UInt8>], cut: [ArraySlice<UInt8>]) {
    let longest = [1, 3, 10, 60].randomElement(using: &random)!
    var pieces: [ArraySlice<UInt8>] = []
    var rest = bytes[...]
    while !rest.isEmpty {
        let piece = rest.prefix(Int.random(in: 1...longest, using: &random))
        pieces.append(piece)
        rest = rest.dropFirst(piece.count)
    }
    return ([bytes[...]], pieces)
}
