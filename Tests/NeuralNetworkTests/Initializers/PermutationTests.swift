import Testing

@testable import NeuralNetwork

/// The orders are NumPy's: `np.random.seed(s)`, then `np.random.permutation(m)` three times, then
/// `np.random.rand().hex()`.
struct PermutationTests {
    struct Drawn: Sendable {
        let seed: UInt32
        let orders: [[Int]]
        let then: Double
    }

    static let drawn = [
        Drawn(seed: 0, orders: [[0], [0], [0]], then: 0x1.18fe1565f12a8p-1),
        Drawn(seed: 0, orders: [[1, 0], [0, 1], [0, 1]], then: 0x1.b04399a693acdp-1),
        Drawn(seed: 0, orders: [[2, 1, 0], [2, 0, 1], [0, 2, 1]], then: 0x1.4ab2a21899b5bp-1),
        Drawn(
            seed: 0,
            orders: [
                [2, 8, 4, 9, 1, 6, 7, 3, 0, 5], [3, 5, 1, 2, 9, 8, 0, 6, 7, 4],
                [2, 3, 8, 4, 5, 1, 0, 6, 9, 7],
            ], then: 0x1.4bdd2f014b421p-1),
        Drawn(
            seed: 3,
            orders: [
                [5, 4, 1, 2, 9, 6, 7, 0, 3, 8], [3, 8, 2, 1, 9, 4, 0, 6, 7, 5],
                [0, 5, 8, 3, 9, 4, 7, 2, 6, 1],
            ], then: 0x1.9c046db522092p-2),
        Drawn(
            seed: .max, orders: [[1, 0, 2], [1, 2, 0], [1, 0, 2]], then: 0x1.25ec7244bbf80p-6),
        Drawn(
            seed: .max,
            orders: [
                [6, 9, 5, 1, 8, 0, 7, 4, 2, 3], [9, 0, 3, 4, 1, 5, 8, 7, 6, 2],
                [3, 5, 2, 6, 9, 1, 8, 7, 0, 4],
            ], then: 0x1.f973537220773p-1),
    ]

    @Test(arguments: drawn)
    func `permutations are NumPy's, one after the other`(drawn: Drawn) {
        var random = LegacyRandom(seed: drawn.seed)
        for order in drawn.orders { #expect(random.permutation(order.count) == order) }
        #expect(random.uniform() == drawn.then)
    }

    /// Of long ones the first four, and Σ (i + 1)·pᵢ, i from 0.
    struct Long: Sendable {
        let seed: UInt32
        let count: Int
        let start: [Int]
        let sum: Int
    }

    @Test(arguments: [
        Long(seed: 0, count: 1000, start: [993, 859, 298, 553], sum: 248_372_140),
        Long(seed: 3, count: 1000, start: [642, 762, 909, 199], sum: 254_666_028),
        Long(seed: .max, count: 1000, start: [94, 405, 819, 632], sum: 250_435_292),
        Long(
            seed: 1, count: 60_000, start: [15281, 21435, 44536, 13518], sum: 54_160_316_804_673),
    ])
    func `long permutations are NumPy's`(long: Long) {
        var random = LegacyRandom(seed: long.seed)
        let order = random.permutation(long.count)
        #expect(Array(order[..<4]) == long.start)
        #expect(zip(1..., order).reduce(0) { $0 + $1.0 * $1.1 } == long.sum)
    }

    @Test func `a permutation of none draws nothing`() {
        var random = LegacyRandom(seed: 0)
        #expect(random.permutation(0) == [])
        #expect(random.uniform() == 0x1.18fe1565f12a8p-1)
    }

    /// `np.random.seed(5)`, then randn, permutation(10), randn and randn: the spare of the first pair
    /// waits while the permutation draws.
    @Test func `a spare normal number outlives a permutation, as in NumPy`() {
        var random = LegacyRandom(seed: 5)
        #expect(random.normal() == 0x1.c3d1236911f14p-2)
        #expect(random.permutation(10) == [5, 8, 2, 3, 4, 7, 1, 0, 9, 6])
        #expect(random.normal() == -0x1.52cfa0066e3e2p-2)
        #expect(random.normal() == -0x1.9e08014e299f1p-3)
    }
}

/// The generator in a checkpoint.
struct LegacyRandomWordsTests {
    /// What a generator gives next, of all kinds.
    static func next(_ random: LegacyRandom) -> [Double] {
        var random = random
        return [random.normal(), random.uniform(), random.normal(), random.normal()]
            + random.permutation(700).map(Double.init)
    }

    @Test(arguments: [0, 1, 2, 311, 312, 313, 1000])
    func `a generator goes on from its words`(draws: Int) throws {
        var random = LegacyRandom(seed: 4)
        for _ in 0..<draws { _ = random.uniform() }
        let restored = try #require(LegacyRandom(words: random.words))
        #expect(Self.next(restored) == Self.next(random))
    }

    @Test func `a spare normal number is among the words`() throws {
        var random = LegacyRandom(seed: 4)
        _ = random.normal()
        let restored = try #require(LegacyRandom(words: random.words))
        #expect(Self.next(restored) == Self.next(random))
        #expect(restored.words == random.words)
    }

    @Test func `words that cannot be a generator's are refused`() {
        let words = LegacyRandom(seed: 4).words
        func changed(_ index: Int, to word: UInt32) -> [UInt32] {
            var words = words
            words[index] = word
            return words
        }
        #expect(LegacyRandom(words: words) != nil)
        #expect(LegacyRandom(words: []) == nil)
        #expect(LegacyRandom(words: Array(words.dropLast())) == nil)
        #expect(LegacyRandom(words: words + [0]) == nil)
        #expect(LegacyRandom(words: changed(624, to: 625)) == nil)
        #expect(LegacyRandom(words: changed(625, to: 2)) == nil)
        #expect(LegacyRandom(words: changed(626, to: 1)) == nil)
    }

    @Test func `a spare that is not finite is refused`() {
        let words = LegacyRandom(seed: 4).words[..<625] + [1, 0x7ff0_0000, 0]
        #expect(LegacyRandom(words: Array(words)) == nil)
    }

    /// It would give zeros for ever, and a normal number never.
    @Test func `a state of zeros is refused`() {
        var words = [UInt32](repeating: 0, count: 628)
        words[624] = 624
        #expect(LegacyRandom(words: words) == nil)
        words[0] = 0x7fff_ffff
        #expect(LegacyRandom(words: words) == nil)
    }
}
