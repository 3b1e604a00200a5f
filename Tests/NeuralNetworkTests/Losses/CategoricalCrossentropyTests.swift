import Testing

@testable import NeuralNetwork

/// Values are from mpmath with 1500 digits, rounded to float64; e⁻⁴⁰ is 4.248354255291589e-18, and
/// e⁻¹⁰⁰⁰ is below the least number of float64.
struct CategoricalCrossentropyTests {
    static let saturated: [([Double], [Double], Double, [Double])] = [
        (
            [40, 0], [1, 0], 4.248354255291589e-18, [-4.248354255291589e-18, 4.248354255291589e-18]
        ),
        ([40, 0], [0, 1], 40, [1, -1]),
        ([-40, 0], [0.25, 0.75], 10, [-0.25, 0.25]),
        ([1000, 0], [1, 0], 0, [0, 0]),
        ([-1000, 0], [1, 0], 1000, [-1, 1]),
        ([1000, 0], [0.5, 0.25], 250, [0.25, -0.25]),
        (
            [40, 0, -40], [1, 0, 0], 4.248354255291589e-18,
            [-4.248354255291589e-18, 4.248354255291589e-18, 1.804851387845415e-35]
        ),
        ([40, 0, -40], [0, 1, 0], 40, [1, -1, 1.804851387845415e-35]),
        ([0, -40, 40], [0.25, 0.5, 0.25], 50, [-0.25, -0.5, 0.75]),
        ([1000, -1000, 0], [0, 1, 0], 2000, [1, -1, 0]),
        ([1000, 1000, 0], [1, 0, 0], 0.6931471805599453, [-0.5, 0.5, 0]),
        ([-1000, -1000, -1000], [0, 0, 1], 1.0986122886681098, [1.0 / 3, 1.0 / 3, -2.0 / 3]),
        (
            [2, -3, 0.5], [0.5, 0.25, 1], 3.112087133928473,
            [0.9229168069565187, -0.24041246197061905, -0.6825043449858996]
        ),
    ]

    @Test(arguments: saturated)
    func `after softmax it is exact at saturation`(
        z: [Double], y: [Double], value: Double, dZ: [Double]
    ) {
        let row = Loss.categoricalCrossentropy(fromLogits: false).row(after: .softmax, z: z, y: y)
        #expect(relativeDistance(row.value, value) <= tolerance(ofProbabilitiesFrom: z))
        for (dZ, expected) in zip(row.dZ, dZ) {
            #expect(relativeDistance(dZ, expected) <= tolerance(ofProbabilitiesFrom: z))
        }
        #expect(row.dA.allSatisfy { !$0.isNaN })
    }

    @Test(arguments: saturated)
    func `from logits it is the same, and dA is dZ`(
        z: [Double], y: [Double], value: Double, dZ: [Double]
    ) {
        let loss = Loss.categoricalCrossentropy(fromLogits: true)
        let row = loss.row(after: .linear, z: z, y: y)
        let afterSoftmax = loss.row(after: .softmax, z: z, y: y)
        #expect(row.value == afterSoftmax.value)
        #expect(row.dZ == afterSoftmax.dZ)
        #expect(row.dA == row.dZ)
    }

    @Test(arguments: saturated.filter { $0.0.max()! <= 40 })
    func `float32 is exact at saturation too`(
        z: [Double], y: [Double], value: Double, dZ: [Double]
    ) {
        let z = z.map(Float.init)
        let row = Loss.categoricalCrossentropy(fromLogits: false)
            .row(after: .softmax, z: z, y: y.map(Float.init))
        let tolerance = tolerance(ofProbabilitiesFrom: z)
        #expect(relativeDistance(row.value, Float(value)) <= tolerance)
        for (dZ, expected) in zip(row.dZ, dZ) {
            #expect(relativeDistance(dZ, Float(expected)) <= tolerance)
        }
    }

    /// −y/a = −y·(1 + e^(z₂ − z₁)).
    @Test(arguments: [([40, 0], [-1, 0]), ([0, 40], [-2.3538526683702e+17, 0])])
    func `dA after softmax is exact at saturation`(z: [Double], dA: [Double]) {
        let row = Loss.categoricalCrossentropy(fromLogits: false)
            .row(after: .softmax, z: z, y: [1, 0])
        #expect(relativeDistance(row.dA[0], dA[0]) <= tolerance(ofProbabilitiesFrom: z))
        #expect(row.dA[1] == dA[1])
    }

    static let saturatedSigmoid: [(Double, Double, Double, Double, Double)] = [
        (40, 1, 4.248354255291589e-18, -4.248354255291589e-18, -1),
        (-40, 1, 40, -1, -2.3538526683702e+17),
        (-40, 0.5, 20, -0.5, -2.3538526683702e+17 / 2),
        (40, 0, 0, 0, 0),
        (1000, 1, 0, 0, -1),
        (-1000, 1, 1000, -1, -.infinity),
        (-1000, 0, 0, 0, 0),
    ]

    @Test(arguments: saturatedSigmoid)
    func `after sigmoid it is exact at saturation`(
        z: Double, y: Double, value: Double, dZ: Double, dA: Double
    ) {
        let row = Loss.categoricalCrossentropy(fromLogits: false)
            .row(after: .sigmoid, z: [z], y: [y])
        // A few operations that round once.
        #expect(relativeDistance(row.value, value) <= 4 * Double.ulpOfOne)
        #expect(relativeDistance(row.dZ[0], dZ) <= 4 * Double.ulpOfOne)
        #expect(relativeDistance(row.dA[0], dA) <= 4 * Double.ulpOfOne)
    }

    @Test(arguments: [-1000, 0, 1000])
    func `one class is certain`(z: Double) {
        let row = Loss.categoricalCrossentropy(fromLogits: false)
            .row(after: .softmax, z: [z], y: [1])
        #expect(row.value == 0)
        #expect(row.dA == [-1])
        #expect(row.dZ == [0])
    }

    @Test func `0 times log 0 is 0`() {
        let row = Loss.categoricalCrossentropy(fromLogits: false)
            .row(after: .linear, z: [0.0, 1], y: [0, 1])
        #expect(row.value == 0)
        #expect(row.dA == [0, -1])
    }

    @Test func `class indices give what one-hot targets do`() {
        let z = [0.5, -1, 2]
        let y = Matrix<Double>.oneHot([2], of: 3).elements
        let sparse = Loss.sparseCategoricalCrossentropy(fromLogits: false)
            .row(after: .softmax, z: z, y: y)
        let dense = Loss.categoricalCrossentropy(fromLogits: false)
            .row(after: .softmax, z: z, y: y)
        #expect(sparse.value == dense.value && sparse.dA == dense.dA && sparse.dZ == dense.dZ)
    }
}
