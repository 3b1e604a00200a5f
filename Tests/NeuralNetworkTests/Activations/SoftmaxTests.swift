import Testing

@testable import NeuralNetwork

/// Values are from mpmath with 60 digits, rounded to float64.
struct SoftmaxTests {
    @Test func `softmax of one row adds up to 1`() {
        var random = SplitMix64(seed: 5)
        let z: Matrix<Double> = random.matrix(rows: 20, columns: 7, in: -30...30)
        let a = z.mapRows(softmaxOfRow)
        for i in 0..<a.rows {
            // Seven quotients, each rounded once, in a sum that rounds six times.
            #expect(abs((0..<7).reduce(0) { $0 + a[i, $1] } - 1) <= 7 * Double.ulpOfOne)
        }
    }

    @Test(arguments: [
        ([1000, 0, -1000], [1, 0, 0]),
        ([-1000, -1000], [0.5, 0.5]),
        ([1e300, -1e300], [1, 0]),
        ([7], [1]),
        ([0, -40], [1, 4.248354255291589e-18]),
    ])
    func `softmax of numbers however large is finite`(z: [Double], a: [Double]) {
        let softmax = Matrix(rows: 1, columns: z.count, elements: z).mapRows(softmaxOfRow)
        #expect(zip(softmax.elements, a).allSatisfy { relativeDistance($0, $1) <= 4 * 2.3e-16 })
    }

    /// For two outputs dZ₁ = a₁·a₂·(dA₁ − dA₂) = −dZ₂, where a₁ is 1 to rounding.
    @Test(arguments: [(1, 0), (0, 1), (3, -2), (-1, 0.5)])
    func `a nearly certain output keeps the digits of its gradient`(dA1: Double, dA2: Double) {
        let z = Matrix<Double>(rows: 1, columns: 2, elements: [40, 0])
        var dZ = Matrix<Double>.empty
        softmaxPullBack(
            Matrix(rows: 1, columns: 2, elements: [dA1, dA2]), z.mapRows(softmaxOfRow), into: &dZ)
        let expected = 4.248354255291589e-18 * (dA1 - dA2)
        #expect(relativeDistance(dZ[0, 0], expected) <= 4 * Double.ulpOfOne)
        #expect(relativeDistance(dZ[0, 1], -expected) <= 4 * Double.ulpOfOne)
    }

    /// With p = σ(40) and 1 − p = σ(−40): dZ₁ = (1 − p)·dA₁ − p·dA₂ and dZ₂ = p·dA₂ − (1 − p)·dA₁.
    @Test(arguments: [(1, 0), (0, 1), (3, -2)])
    func `log-softmax keeps the digits of a nearly certain output's gradient`(
        dA1: Double, dA2: Double
    ) {
        let z = Matrix<Double>(rows: 1, columns: 2, elements: [40, 0])
        let dZ = logSoftmaxPullBack(Matrix(rows: 1, columns: 2, elements: [dA1, dA2]), z)
        let expected = 4.248354255291589e-18 * dA1 - dA2
        #expect(relativeDistance(dZ[0, 0], expected) <= 4 * Double.ulpOfOne)
        #expect(relativeDistance(dZ[0, 1], -expected) <= 4 * Double.ulpOfOne)
    }

    /// dA₁ = (1 − p)·(dZ₁ − dZ₂) and dA₂ = p·(dZ₂ − dZ₁).
    @Test(arguments: [(1, 0), (0, 1), (3, -2)])
    func `log-softmax keeps the digits of a nearly certain output's change`(
        dZ1: Double, dZ2: Double
    ) {
        let z = Matrix<Double>(rows: 1, columns: 2, elements: [40, 0])
        let dA = logSoftmaxPushForward(Matrix(rows: 1, columns: 2, elements: [dZ1, dZ2]), z)
        let expected = 4.248354255291589e-18 * (dZ1 - dZ2)
        #expect(relativeDistance(dA[0, 0], expected) <= 4 * Double.ulpOfOne)
        #expect(relativeDistance(dA[0, 1], dZ2 - dZ1) <= 4 * Double.ulpOfOne)
    }

    /// e^1 + e^2 + e^3 = 30.19287485, whose logarithm is 3.4076059644443806.
    @Test func `log-softmax of three numbers by hand`() {
        let z = Matrix<Double>(rows: 1, columns: 3, elements: [1, 2, 3])
        let expected = [1, 2, 3].map { $0 - 3.4076059644443806 }
        let a = Activation.logSoftmax.evaluate(at: z)
        #expect(a.elements.distance(from: expected) <= 4 * Double.ulpOfOne)
        let huge = Matrix<Double>(rows: 1, columns: 2, elements: [1e300, -1e300])
        #expect(Activation.logSoftmax.evaluate(at: huge).elements == [0, -2e300])
    }
}
