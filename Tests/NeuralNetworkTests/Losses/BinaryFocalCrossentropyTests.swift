import Testing

@testable import NeuralNetwork

struct BinaryFocalCrossentropyTests {
    struct Saturated: Sendable {
        let z: Double
        let y: Double
        let gamma: Double
        let value: Double
        let dZ: Double
        let dA: Double

        init(_ z: Double, y: Double, gamma: Double, _ value: Double, dZ: Double, dA: Double) {
            (self.z, self.y, self.gamma) = (z, y, gamma)
            (self.value, self.dZ, self.dA) = (value, dZ, dA)
        }
    }

    /// From mpmath with 1500 digits, rounded to float64, beyond its range to 0 or infinity. Where y
    /// is 1 and q = e⁻⁴⁰: the loss is q²·q, dZ is −3q³, dA is −3q².
    static let saturated = [
        Saturated(
            40, y: 1, gamma: 2, 7.667648073722e-53, dZ: -2.3002944221165997e-52,
            dA: -5.41455416353624549e-35),
        Saturated(-40, y: 1, gamma: 2, 40, dZ: -1, dA: -235385266837020064),
        Saturated(40, y: 0, gamma: 2, 40, dZ: 1, dA: 235385266837020064),
        Saturated(
            -40, y: 0, gamma: 2, 7.667648073722e-53, dZ: 2.3002944221165997e-52,
            dA: 5.41455416353624549e-35),
        Saturated(40, y: 0.5, gamma: 2, 5, dZ: 0.125, dA: 29423158354627498.2),
        Saturated(1000, y: 1, gamma: 2, 0, dZ: 0, dA: 0),
        Saturated(1000, y: 0, gamma: 2, 1000, dZ: 1, dA: .infinity),
        Saturated(-1000, y: 1, gamma: 2, 1000, dZ: -1, dA: -.infinity),
        Saturated(
            40, y: 1, gamma: 0.5, 8.75651076269652e-27, dZ: -1.3134766144044781e-26,
            dA: -3.09173043365783675e-9),
        Saturated(1e300, y: 1, gamma: 0.5, 0, dZ: 0, dA: 0),
        Saturated(-1e300, y: 1, gamma: 0.5, 1e300, dZ: -1, dA: -.infinity),
        Saturated(
            3, y: 0.25, gamma: 1.5, 1.4227332308974276, dZ: 0.5012380227896115,
            dA: 11.0950660313347447),
    ]

    @Test(arguments: saturated)
    func `after sigmoid it is exact at saturation`(row: Saturated) {
        var focus = Loss.Focus()
        focus.gamma = row.gamma
        let (value, dA, dZ) = Loss.binaryFocalCrossentropy(focus)
            .row(after: .sigmoid, z: [row.z], y: [row.y])
        // A dozen operations that round once.
        #expect(relativeDistance(value, row.value) <= 8 * Double.ulpOfOne)
        #expect(relativeDistance(dZ[0], row.dZ) <= 8 * Double.ulpOfOne)
        #expect(relativeDistance(dA[0], row.dA) <= 8 * Double.ulpOfOne)
    }

    @Test(arguments: saturated)
    func `from logits it is the same, and dA is dZ`(row: Saturated) {
        var focus = Loss.Focus()
        focus.gamma = row.gamma
        let afterSigmoid = Loss.binaryFocalCrossentropy(focus)
            .row(after: .sigmoid, z: [row.z], y: [row.y])
        focus.fromLogits = true
        let (value, dA, dZ) = Loss.binaryFocalCrossentropy(focus)
            .row(after: .linear, z: [row.z], y: [row.y])
        #expect(value == afterSigmoid.value)
        #expect(dZ == afterSigmoid.dZ)
        #expect(dA == dZ)
    }

    @Test(arguments: BinaryCrossentropyTests.saturated)
    func `with gamma 0 it is binary cross-entropy`(row: BinaryCrossentropyTests.Saturated) {
        var focus = Loss.Focus()
        focus.gamma = 0
        let focal = Loss.binaryFocalCrossentropy(focus)
            .row(after: .sigmoid, z: [row.z], y: [row.y])
        let plain = Loss.binaryCrossentropy().row(after: .sigmoid, z: [row.z], y: [row.y])
        #expect(focal.value == plain.value)
        #expect(focal.dZ == plain.dZ)
        #expect(focal.dA == plain.dA)
    }

    /// p = 0.8, y = 1, α = 0.25: ¼·0.2²·(−log 0.8) = 0.0022314355; of the target 0, ¾·0.8²·(−log 0.2)
    /// = 0.7725301980.
    @Test(arguments: [(1, 0.002231435513142098), (0, 0.7725301979683681)] as [(Double, Double)])
    func `alpha weighs the classes`(y: Double, value: Double) {
        let loss = Loss.binaryFocalCrossentropy(ReferenceTests.balanced)
        let row = loss.row(after: .linear, z: [0.8], y: [y])
        #expect(relativeDistance(row.value, value) <= 8 * Double.ulpOfOne)
    }
}
