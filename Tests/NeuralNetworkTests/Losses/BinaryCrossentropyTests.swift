import Testing

@testable import NeuralNetwork

/// Values are from mpmath with 1500 digits, rounded to float64; e⁻⁴⁰ is 4.248354255291589e-18, and
/// e⁻¹⁰⁰⁰ is below the least number of float64.
struct BinaryCrossentropyTests {
    private let loss = Loss.binaryCrossentropy(fromLogits: false, outputs: .sum)

    struct Saturated: Sendable {
        let z: Double
        let y: Double
        /// log(1 + e⁻ᶻ) where y = 1, log(1 + eᶻ) where y = 0.
        let value: Double
        /// −σ(−z) where y = 1, σ(z) where y = 0.
        let dZ: Double
        /// −(1 + e⁻ᶻ) where y = 1, 1 + eᶻ where y = 0; beyond float64's range it is infinite.
        let dA: Double
    }

    static let saturated = [
        Saturated(z: 40, y: 1, value: 4.248354255291589e-18, dZ: -4.248354255291589e-18, dA: -1),
        Saturated(z: 40, y: 0, value: 40, dZ: 1, dA: 2.3538526683702e+17),
        Saturated(z: 40, y: 0.5, value: 20, dZ: 0.5, dA: 2.3538526683702e+17 / 2),
        Saturated(z: -40, y: 1, value: 40, dZ: -1, dA: -2.3538526683702e+17),
        Saturated(z: -40, y: 0, value: 4.248354255291589e-18, dZ: 4.248354255291589e-18, dA: 1),
        Saturated(z: 700, y: 1, value: 9.85967654375977e-305, dZ: -9.85967654375977e-305, dA: -1),
        Saturated(z: 1000, y: 1, value: 0, dZ: 0, dA: -1),
        Saturated(z: 1000, y: 0, value: 1000, dZ: 1, dA: .infinity),
        Saturated(z: -1000, y: 1, value: 1000, dZ: -1, dA: -.infinity),
        Saturated(z: -1000, y: 0, value: 0, dZ: 0, dA: 1),
        Saturated(z: 1000, y: 0.25, value: 750, dZ: 0.75, dA: .infinity),
        Saturated(z: 1e300, y: 0, value: 1e300, dZ: 1, dA: .infinity),
    ]

    @Test(arguments: saturated)
    func `after sigmoid it is exact at saturation`(row: Saturated) {
        let (value, dA, dZ) = loss.row(after: .sigmoid, z: [row.z], y: [row.y])
        // A few operations that round once.
        #expect(relativeDistance(value, row.value) <= 4 * Double.ulpOfOne)
        #expect(relativeDistance(dZ[0], row.dZ) <= 4 * Double.ulpOfOne)
        #expect(relativeDistance(dA[0], row.dA) <= 4 * Double.ulpOfOne)
    }

    @Test(arguments: saturated)
    func `from logits it is the same, and dA is dZ`(row: Saturated) {
        let loss = Loss.binaryCrossentropy(fromLogits: true, outputs: .sum)
        let (value, dA, dZ) = loss.row(after: .linear, z: [row.z], y: [row.y])
        let (valueAfterSigmoid, _, dZAfterSigmoid) = loss.row(
            after: .sigmoid, z: [row.z], y: [row.y])
        #expect(value == valueAfterSigmoid)
        #expect(dZ == dZAfterSigmoid)
        #expect(dA == dZ)
    }

    @Test(arguments: saturated.filter { abs($0.z) <= 40 })
    func `float32 is exact at saturation too`(row: Saturated) {
        let (value, dA, dZ) = loss.row(after: .sigmoid, z: [Float(row.z)], y: [Float(row.y)])
        let tolerance = 4 * Double(Float.ulpOfOne)
        #expect(relativeDistance(Double(value), row.value) <= tolerance)
        #expect(relativeDistance(Double(dZ[0]), row.dZ) <= tolerance)
        #expect(relativeDistance(Double(dA[0]), row.dA) <= tolerance)
    }

    static let saturatedSoftmax: [([Double], [Double], Double, [Double])] = [
        (
            [40, 0], [1, 0], 8.496708510583178e-18, [-8.496708510583178e-18, 8.496708510583178e-18]
        ),
        ([40, 0], [0, 1], 80, [2, -2]),
        ([-40, 0], [0.25, 0.75], 20, [-0.5, 0.5]),
        ([1000, 0], [1, 0], 0, [0, 0]),
        ([-1000, 0], [1, 0], 2000, [-2, 2]),
        ([1000, 0], [0.5, 0.25], 750, [0.75, -0.75]),
        (
            [40, 0, -40], [1, 0, 0], 8.496708510583178e-18,
            [-8.496708510583178e-18, 8.496708510583178e-18, 3.60970277569083e-35]
        ),
        ([40, 0, -40], [0, 1, 0], 80, [2, -2, -4.248354255291589e-18]),
        ([0, -40, 40], [0.25, 0.5, 0.25], 80, [-1, -0.5, 1.5]),
        ([1000, -1000, 0], [0, 1, 0], 3000, [2, -1, -1]),
        ([1000, 1000, 0], [1, 0, 0], 1.3862943611198906, [-1, 1, 0]),
        ([-1000, -1000, -1000], [0, 0, 1], 1.9095425048844386, [0.5, 0.5, -1]),
        (
            [2, -3, 0.5], [0.5, 0.25, 1], 3.954785633396865,
            [1.3261050976373707, -0.2482203358967394, -1.0778847617406313]
        ),
    ]

    @Test(arguments: saturatedSoftmax)
    func `after softmax it is exact at saturation`(
        z: [Double], y: [Double], value: Double, dZ: [Double]
    ) {
        let row = loss.row(after: .softmax, z: z, y: y)
        #expect(relativeDistance(row.value, value) <= tolerance(ofProbabilitiesFrom: z))
        for (dZ, expected) in zip(row.dZ, dZ) {
            #expect(relativeDistance(dZ, expected) <= tolerance(ofProbabilitiesFrom: z))
        }
        #expect(row.dA.allSatisfy { !$0.isNaN })
    }

    /// The loss is beyond float64, its gradient is not. Of three outputs with y₂ = 1, a₁ near 1 and
    /// the rest shared by halves: log a₂ gives (1, −1, 0), log(1 − a₁) gives (1, −½, −½).
    @Test(arguments: [
        ([9e307, -9e307], [0, 1], [2, -2]),
        ([9e307, -9e307], [1, 0], [0, 0]),
        ([9e307, -9e307, -9e307], [0, 1, 0], [2, -1.5, -0.5]),
        ([9e307, -9e307, 0], [0, 1, 0], [2, -1, -1]),
    ])
    func `differences of Z may overflow`(z: [Double], y: [Double], dZ: [Double]) {
        let row = loss.row(after: .softmax, z: z, y: y)
        #expect(row.value >= 0)
        #expect(row.dZ == dZ)
    }

    @Test(arguments: [(1, 0, -1), (0, .infinity, .infinity)] as [(Double, Double, Double)])
    func `softmax of one output is 1 whatever Z is`(y: Double, value: Double, dA: Double) {
        let row = loss.row(after: .softmax, z: [3], y: [y])
        #expect(row.value == value)
        #expect(row.dA == [dA])
        #expect(row.dZ == [0])
    }

    /// Terms with the coefficient 0 are left out, also where their logarithm is infinite.
    @Test(arguments: [(1, 1, 0, -1), (0, 0, 0, 1)] as [(Double, Double, Double, Double)])
    func `0 times log 0 is 0`(a: Double, y: Double, value: Double, dZ: Double) {
        let row = loss.row(after: .linear, z: [a], y: [y])
        #expect(row.value == value)
        #expect(row.dZ == [dZ])
    }

    @Test(arguments: [Activation.linear, .sigmoid, .softmax])
    func `the mean over outputs is an nth of their sum`(activation: Activation) {
        let z = [0.25, 0.5, 0.125, 0.75]
        let y = [1, 0, 0.5, 0.25]
        let sum = loss.row(after: activation, z: z, y: y)
        let mean = Loss.binaryCrossentropy(fromLogits: false, outputs: .mean)
            .row(after: activation, z: z, y: y)
        // The terms of the sum are divided by 4, which is exact.
        #expect(mean.value == sum.value / 4)
        #expect(mean.dA == sum.dA.map { $0 / 4 })
        #expect(mean.dZ.distance(from: sum.dZ.map { $0 / 4 }) <= 4 * Double.ulpOfOne)
    }
}
