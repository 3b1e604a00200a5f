import Testing

@testable import NeuralNetwork

/// The bits are NumPy's: `np.random.seed(s)`, then `x.hex()` of what `rand` or `randn` gives.
struct LegacyRandomTests {
    struct Drawn: Sendable {
        let seed: UInt32
        let numbers: [Double]
    }

    static let uniform = [
        Drawn(
            seed: 0, numbers: [0x1.18fe1565f12a8p-1, 0x1.6e2d4cf608733p-1, 0x1.349d66b6e894bp-1]),
        Drawn(
            seed: 3, numbers: [0x1.1a022ec486c1ap-1, 0x1.6a9259f5c1b9ap-1, 0x1.29e2ee8f87b1ep-2]),
        Drawn(
            seed: .max,
            numbers: [0x1.8fe69a3924820p-4, 0x1.d323d824032b1p-1, 0x1.93fc6f61af3f9p-1]),
    ]

    /// Five of each: the spare of the third pair is left over.
    static let normal = [
        Drawn(
            seed: 0,
            numbers: [
                0x1.c398ef3e5cfa5p+0, 0x1.99c2cfacc8953p-2, 0x1.f51d25222c9abp-1,
                0x1.1ed5969e3314ep+1, 0x1.de1847cb13ddap+0,
            ]),
        Drawn(
            seed: 3,
            numbers: [
                0x1.c9e38e3e13df2p+0, 0x1.befc703152c8ap-2, 0x1.8b40edd841de6p-4,
                -0x1.dd0ddb9948fd7p+0, -0x1.1c0ba72861dcdp-2,
            ]),
        Drawn(
            seed: .max,
            numbers: [
                0x1.4bfc38c486d8ap-1, 0x1.56b192e507eeep-1, -0x1.149e836f192fdp+0,
                0x1.23543dec5a0fcp-2, 0x1.d27bf27c6aaafp-4,
            ]),
    ]

    @Test(arguments: uniform)
    func `uniform numbers are NumPy's`(drawn: Drawn) {
        var random = LegacyRandom(seed: drawn.seed)
        #expect(drawn.numbers.map { _ in random.uniform() } == drawn.numbers)
    }

    @Test(arguments: normal)
    func `normal numbers are NumPy's`(drawn: Drawn) {
        var random = LegacyRandom(seed: drawn.seed)
        #expect(drawn.numbers.map { _ in random.normal() } == drawn.numbers)
    }

    /// The 700th number takes the generator's second and third block of 624 words.
    @Test func `the state is renewed as NumPy renews it`() {
        var random = LegacyRandom(seed: 1)
        for _ in 0..<699 { _ = random.uniform() }
        #expect(random.uniform() == 0x1.2597bd19c46f4p-2)
    }

    /// `np.random.seed(12345)`, then the last of `np.random.randn(10001)`: some 1400 pairs are
    /// rejected on the way, and one more or less would give another number.
    @Test func `pairs outside the circle are rejected as NumPy rejects them`() {
        var random = LegacyRandom(seed: 12345)
        for _ in 0..<10_000 { _ = random.normal() }
        #expect(random.normal() == 0x1.ed936cfd7411ap+0)
    }
}
