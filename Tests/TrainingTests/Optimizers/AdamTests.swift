import NeuralNetwork
import Testing

@testable import Training

struct AdamTests {
    /// β₁ = 0.5, β₂ = 0.75, ε = 1, η = 0.1, gradients 2, −1.
    ///
    /// Step 1: m = 1, v = 1; corrected by 1 − 0.5 and 1 − 0.75: 2 and 4; θ = 1 − 0.1·2/(2 + 1).
    /// Step 2: m = 0.5 − 0.5 = 0: θ stays.
    /// Step 3 (gradient 1): m = 0.5, v = (0.75·1 + 0.25)·0.75 + 0.25 = 1; corrected by 1 − 0.125 and
    /// 1 − 0.421875: 4/7 and 64/37; θ falls by 0.1·(4/7)/(√(64/37) + 1).
    @Test func `three steps are as by hand`() {
        let path = Adam(beta1: 0.5, beta2: 0.75, epsilon: 1).path(along: [2, -1, 1])
        let first = 1 - 0.2 / 3
        let third = first - 0.1 * (4 / 7.0) / ((64 / 37.0).squareRoot() + 1)
        #expect(areClose(path, [first, first, third]))
    }

    /// Whatever the gradient's size, the first step is η long.
    @Test(arguments: [1e-3, 1, 1e6])
    func `the first step is as long as the learning rate`(gradient: Double) {
        let path = Adam(beta1: 0.9, beta2: 0.999, epsilon: 1e-8).path(along: [gradient])
        #expect(abs(path[0] - 0.9) <= 0.1 * 1e-8 / gradient + 1e-15)
    }

    /// With one gradient over and over, m and v are that gradient and its square: each step is η.
    @Test(arguments: [(0.9, 0.999_999_999), (0.999_999_999, 0.999), (0.999_999_999, 0.999_999_999)])
    func `float32 takes a β near 1 as float64 does`(beta1: Double, beta2: Double) {
        let adam = Adam(beta1: beta1, beta2: beta2, epsilon: 1e-8)
        let gradients = [Double](repeating: 0.5, count: 5)
        let narrow = adam.path(along: gradients, in: Float.self)
        let wide = adam.path(along: gradients)
        // Five steps of about ten operations, each rounded by 6e-8 of a step of 0.1.
        #expect(zip(narrow, wide).allSatisfy { abs(Double($0) - $1) <= 1e-6 })
    }

    /// As many numbers as several of the widest vectors hold, and some that are left over.
    static func stepMany<S: Scalar>(_: S.Type) {
        let adam = Adam(
            beta1: 0.9, beta2: 0.999, epsilon: 1e-8,
            decay: WeightDecay(rate: 0.01, isDecoupled: false))
        let gradients = (0..<203).map { S($0 % 17) / 7 - 1 }
        var parameter = Matrix<S>(rows: 1, columns: gradients.count, repeating: 1)
        var memory = [Matrix<S>](
            repeating: Matrix(rows: 1, columns: gradients.count, repeating: 0), count: 2)
        for number in 1...2 {
            adam.update(
                &parameter,
                along: Matrix(rows: 1, columns: gradients.count, elements: gradients),
                slots: &memory,
                at: OptimizerStep(number: number, learningRate: 0.1, numbers: [], of: adam))
        }
        for (place, gradient) in gradients.enumerated() {
            let alone = adam.path(along: [Double(gradient), Double(gradient)], in: S.self)
            #expect(parameter[0, place] == alone[1])
        }
    }

    @Test func `each of many numbers goes as it would alone, to the bit`() {
        Self.stepMany(Double.self)
        Self.stepMany(Float.self)
    }
}
