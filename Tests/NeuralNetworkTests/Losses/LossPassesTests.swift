import Testing

@testable import NeuralNetwork

/// What is special in single losses; `LossTests` has what holds of all.
struct LossPassesTests {
    /// From mpmath with 60 digits: e²/2 where e is small, |e| − log 2 where it is large.
    @Test(arguments: [
        (0, 0), (1e-9, 5e-19), (0.5, 0.12011450695827752), (0.999, 0.4330194464208848),
        (1, 0.4337808304830272), (-3, 2.309328504577785), (400, 399.30685281944005),
        (1e300, 1e300), (-1e300, 1e300),
    ])
    func `log cosh is exact for small and large errors`(e: Double, value: Double) {
        let row = Loss.logCosh.row(after: .linear, z: [e], y: [0])
        #expect(relativeDistance(row.value, value) <= 4 * Double.ulpOfOne)
    }

    @Test(arguments: [Loss.hinge, .squaredHinge], [-1, 1] as [Double])
    func `a hinge is flat from its margin on`(loss: Loss, y: Double) {
        for beyond in [1, 3, 1e300] {
            let row = loss.row(after: .linear, z: [y * beyond], y: [y])
            #expect(row.value == 0)
            #expect(row.dZ == [0])
        }
    }

    /// The wrong classes' greatest is 2, the right one's output −1: 1 + 2 + 1.
    @Test func `a categorical hinge is held against the nearest wrong class`() {
        let row = Loss.categoricalHinge.row(after: .linear, z: [-1, 0.5, 2.0], y: [1, 0, 0])
        #expect(row.value == 4)
        #expect(row.dZ == [-1, 0, 1])
        let right = Loss.categoricalHinge.row(after: .linear, z: [3, 0.5, 2.0], y: [1, 0, 0])
        #expect(right.value == 0)
        #expect(right.dZ == [0, 0, 0])
    }

    /// a = (3, 4), y = (4, 3): cos = 24/25; dA = (cos·(3, 4)/5 − (4, 3)/5)/5.
    @Test(arguments: [1, 1e-200, 1e200])
    func `cosine similarity is exact however long the vectors are`(scale: Double) {
        let row = Loss.cosineSimilarity.row(
            after: .linear, z: [3 * scale, 4 * scale], y: [4 * scale, 3 * scale])
        #expect(relativeDistance(row.value, -0.96) <= 4 * Double.ulpOfOne)
        // A difference of 0.576 and 0.8, which rounds by an ulp of 1 or so.
        #expect(relativeDistance(row.dA[0] * scale, -0.0448) <= 1e-14)
        #expect(relativeDistance(row.dA[1] * scale, 0.0336) <= 1e-14)
    }

    @Test(arguments: [([0, 0], [1, 2]), ([1, 2], [0, 0]), ([0, 0], [0, 0])])
    func `zeros have no direction`(a: [Double], y: [Double]) {
        let row = Loss.cosineSimilarity.row(after: .linear, z: a, y: y)
        #expect(row.value == 0)
        #expect(row.dA == [0, 0])
    }

    /// ¼·log ¼ + ¾·log ¾ = −0.5623351446188083, and −¼·log a₁ − ¾·log a₂.
    @Test(arguments: [Activation.softmax, .logSoftmax])
    func `divergence is exact at saturation`(activation: Activation) {
        for (z, value) in [([40.0, 0], 29.437664855381193), ([0, 1000], 249.4376648553812)] {
            let row = Loss.klDivergence.row(after: activation, z: z, y: [0.25, 0.75])
            #expect(relativeDistance(row.value, value) <= 8 * Double.ulpOfOne)
        }
        let certain = Loss.klDivergence.row(after: activation, z: [1000, 0], y: [1, 0])
        #expect(certain.value == 0)
        #expect(certain.dZ == [0, 0])
    }

    /// log(yₖ/aₖ) is 0.
    @Test func `there is no divergence from oneself`() {
        let row = Loss.klDivergence.row(after: .linear, z: [0.25, 0.75], y: [0.25, 0.75])
        #expect(row.value == 0)
    }

    /// Terms with the coefficient 0 are left out, also where their logarithm is infinite.
    @Test func `0 times log 0 is 0`() {
        let poisson = Loss.poisson().row(after: .linear, z: [0.0], y: [0])
        #expect(poisson.value == 0)
        #expect(poisson.dA == [1])
        let divergence = Loss.klDivergence.row(after: .linear, z: [0.0, 1], y: [0, 1])
        #expect(divergence.value == 0)
        #expect(divergence.dA == [0, -1])
    }

    /// |e| has slope 0 at 0.
    @Test(arguments: [Loss.meanAbsoluteError, .smoothL1(beta: 0)])
    func `an error of 0 has slope 0`(loss: Loss) {
        #expect(loss.row(after: .linear, z: [0.5], y: [0.5]).dZ == [0])
    }
}
