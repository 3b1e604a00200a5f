import TestSupport
import Testing

@testable import NeuralNetwork

struct InitializerTests {
    static func weights(
        _ initializer: Initializer, outputs: Int, inputs: Int, seed: UInt32 = 5
    ) -> Matrix<Double> {
        var random = LegacyRandom(seed: seed)
        return initializer.weights(outputs: outputs, inputs: inputs, from: &random)
    }

    /// `np.random.seed(3)`, `np.random.randn(3, 1)`, `np.random.randn(2, 3) * 0.01`: the second
    /// layer begins with the spare of the first one's last pair.
    @Test func `successive layers go on with one generator, as a notebook does`() {
        var random = LegacyRandom(seed: 3)
        let first: Matrix<Double> = Initializer.randomNormal(scale: 1).weights(
            outputs: 3, inputs: 1, from: &random)
        let second: Matrix<Double> = Initializer.randomNormal(scale: 0.01).weights(
            outputs: 2, inputs: 3, from: &random)
        #expect(
            first.elements == [
                0x1.c9e38e3e13df2p+0, 0x1.befc703152c8ap-2, 0x1.8b40edd841de6p-4,
            ])
        #expect(
            second.elements == [
                -0x1.31508c8b0ffe6p-6, -0x1.6b94092973063p-9, -0x1.d0fd5c4748aedp-9,
                -0x1.b1cdbc8f26717p-11, -0x1.9ae94203e9947p-8, -0x1.cb77806f807a8p-12,
            ])
    }

    /// `np.random.seed(3)`, then, of three inputs and two outputs, `np.random.uniform(-c, c, (2, 3))`
    /// or `np.random.randn(2, 3) * c` with `c` by the formula.
    static let likeNumPy: [(Initializer, [Double])] = [
        (
            .glorotUniform,
            [
                0x1.c7dac778152b0p-4, 0x1.d2f946383db10p-2, -0x1.d5196a5969bc0p-2,
                0x1.84a9acf4912c0p-6, 0x1.b8c85cc112e16p-1, 0x1.bc8940c02731ep-1,
            ]
        ),
        (
            .heUniform,
            [
                0x1.2640bcf088f98p-3, 0x1.2d6e248ae181ap-1, -0x1.2ecd6263b64b4p-1,
                0x1.f5c2f2661ac40p-6, 0x1.1c8624034585dp+0, 0x1.1ef26494e95fdp+0,
            ]
        ),
        (
            .glorotNormal,
            [
                0x1.2198280b626f3p+0, 0x1.1ab2e6176b2c9p-2, 0x1.f3f5efb21ca3bp-5,
                -0x1.2db72ca3d4456p+0, -0x1.674ad57e656e6p-3, -0x1.cb821edb79fcep-3,
            ]
        ),
        (
            .heNormal,
            [
                0x1.75dd5dcbf8f81p+0, 0x1.6cf66db858ca7p-2, 0x1.42b9260d04271p-4,
                -0x1.858358686391ap+0, -0x1.cfd829fec003dp-3, -0x1.289c7f9068587p-2,
            ]
        ),
        (
            .lecunNormal,
            [
                0x1.085cbdf3b642ap+0, 0x1.02114a25111f1p-2, 0x1.c8664ac622462p-5,
                -0x1.136d6599f24c5p+0, -0x1.47fccdba22671p-3, -0x1.a378c4d7bb9b1p-3,
            ]
        ),
    ]

    @Test(arguments: likeNumPy)
    func `the bits are those that NumPy draws`(initializer: Initializer, expected: [Double]) {
        let weights = Self.weights(initializer, outputs: 2, inputs: 3, seed: 3)
        #expect(weights == Matrix(rows: 2, columns: 3, elements: expected))
    }

    @Test func `zeros are zeros`() {
        #expect(Self.weights(.zeros, outputs: 2, inputs: 3).elements == [0, 0, 0, 0, 0, 0])
    }

    /// 50 inputs, 30 outputs.
    @Test(arguments: [
        (Initializer.randomNormal(scale: 0.5), 0.25), (.glorotNormal, 2.0 / 80),
        (.heNormal, 2.0 / 50), (.lecunNormal, 1.0 / 50),
    ])
    func `normal weights have the variance of their formula`(
        initializer: Initializer, variance: Double
    ) {
        let weights = Self.weights(initializer, outputs: 30, inputs: 50).elements
        let found = weights.reduce(0) { $0 + $1 * $1 } / 1500
        // The mean of 1500 squares is off by √(2/1500) = 3.7 % as a rule; 15 % is four times that.
        #expect(abs(found / variance - 1) < 0.15)
    }

    @Test(arguments: [
        (Initializer.glorotUniform, (6.0 / 80).squareRoot()), (.heUniform, (6.0 / 50).squareRoot()),
    ])
    func `uniform weights fill the range of their formula`(
        initializer: Initializer, limit: Double
    ) {
        let weights = Self.weights(initializer, outputs: 30, inputs: 50).elements
        #expect(weights.allSatisfy { abs($0) <= limit })
        // Of 1500 numbers none beyond 99 % of the limit: a chance of 0.99¹⁵⁰⁰ = 3e-7.
        #expect(weights.max()! > 0.99 * limit && weights.min()! < -0.99 * limit)
    }

    @Test(arguments: Initializer.choices.map(\.byDefault))
    func `the same seed draws the same weights, another seed others`(initializer: Initializer) {
        let weights = Self.weights(initializer, outputs: 4, inputs: 3, seed: 1)
        #expect(weights == Self.weights(initializer, outputs: 4, inputs: 3, seed: 1))
        if initializer != .zeros {
            #expect(weights != Self.weights(initializer, outputs: 4, inputs: 3, seed: 2))
        }
    }

    @Test func `float32 weights are the float64 ones, rounded`() {
        var random = LegacyRandom(seed: 5)
        let narrow: Matrix<Float> = Initializer.heNormal.weights(
            outputs: 4, inputs: 3, from: &random)
        #expect(narrow == Self.weights(.heNormal, outputs: 4, inputs: 3).converted())
    }
}
