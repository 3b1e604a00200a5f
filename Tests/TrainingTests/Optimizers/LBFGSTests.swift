import NeuralNetwork
import Testing

@testable import Training

struct LBFGSTests {
    private static func lbfgs(_ search: LBFGS.LineSearch = .none, history: Int = 10) -> LBFGS {
        LBFGS(
            historySize: history, lineSearch: search, maxEvaluations: 25, toleranceGrad: 1e-7,
            toleranceChange: 1e-9)
    }

    /// f = ½·2·θ₁² + ½·4·θ₂² from (1, 1), η = 1: g = (2, 4), Σ|g| = 6, so α = 1/6 and
    /// θ = (2/3, 1/3). Then g = (4/3, 4/3), s = (−1/3, −2/3), y = (−2/3, −8/3), y·s = 2, y·y = 68/9:
    /// q = −g, a = s·q/2 = (4/9 + 8/9)/2 = 2/3, q = −g − a·y = (−8/9, 4/9), times 2/(68/9) = 9/34:
    /// (−4/17, 2/17), b = y·r/2 = (8/51 − 16/51)/2 = −4/51, r + (2/3 + 4/51)·s = (−74/153, −58/153),
    /// as 38/51·s = (−38/153, −76/153). So d = (−36/153 − 38/153, 18/153 − 76/153).
    @Test func `two steps are as by hand`() {
        let parabola = Parabola(curvatures: [2, 4], lowest: [0, 0])
        let one = parabola.descend(by: Self.lbfgs(), from: [1, 1], steps: 1, learningRate: 1)
        #expect(areClose(one, [2 / 3.0, 1 / 3.0]))
        let two = parabola.descend(by: Self.lbfgs(), from: [1, 1], steps: 2, learningRate: 1)
        #expect(areClose(two, [2 / 3.0 - 74 / 153.0, 1 / 3.0 - 58 / 153.0]))
    }

    /// Curvatures a thousandfold apart: gradient descent would take thousands of steps.
    @Test(arguments: [LBFGS.LineSearch.none, .strongWolfe])
    func `a narrow valley's lowest point is found in few steps`(search: LBFGS.LineSearch) {
        let parabola = Parabola(curvatures: [1, 30, 1000], lowest: [1, -2, 3])
        let found = parabola.descend(
            by: Self.lbfgs(search), from: [0, 0, 0], steps: 60, learningRate: 1)
        // It stops where no derivative is larger than 1e-7, or the slope than 1e-9.
        #expect(zip(found, parabola.lowest).allSatisfy { abs($0 - $1) < 1e-4 })
    }

    /// f = ½·2·θ² from 1: d = −2, α = ½ would be right; from η = 100 the search has to come back.
    @Test func `the line search comes back from too long a step`() {
        let parabola = Parabola(curvatures: [2], lowest: [0])
        let found = parabola.descend(
            by: Self.lbfgs(.strongWolfe), from: [1], steps: 1, learningRate: 100)
        #expect(abs(found[0]) < 0.95)
    }

    @Test func `nothing is done where the gradient is flat`() {
        let parabola = Parabola(curvatures: [1], lowest: [1])
        #expect(
            parabola.descend(by: Self.lbfgs(), from: [1], steps: 3, learningRate: 1) == [1])
    }

    @Test func `a state of any number of steps is restored from its parts`() throws {
        let parabola = Parabola(curvatures: [1, 30], lowest: [1, -2])
        let optimizer = Self.lbfgs(history: 2)
        var network = Parabola.network([0, 0])
        var state = optimizer.initialState(of: network)
        for _ in 0..<5 {
            let restored = OptimizerState(
                steps: state.steps, matrices: state.matrices, numbers: state.numbers,
                of: optimizer, for: network)
            state = try #require(restored)
            let (cost, gradients) = parabola.evaluate(network)
            try optimizer.step(
                &network, along: gradients, cost: cost, state: &state, learningRate: 0.5,
                evaluate: parabola.evaluate)
        }
        #expect(
            network.layers[0].numbers.parameters[0].elements
                == parabola.descend(by: optimizer, from: [0, 0], steps: 5, learningRate: 0.5))
        #expect(state.matrices.count == 2 + 2 * 2)
    }

    @Test func `parts that do not fit are refused`() {
        let network = Parabola.network([0, 0])
        func isRefused(_ matrices: [Matrix<Double>], _ numbers: [Double]) -> Bool {
            OptimizerState(
                steps: 1, matrices: matrices, numbers: numbers, of: Self.lbfgs(history: 1),
                for: network) == nil
        }
        let one = Matrix<Double>(rows: 1, columns: 3, repeating: 0)  // Two weights and a bias.
        let other = Matrix<Double>(rows: 1, columns: 2, repeating: 0)
        #expect(!isRefused([one, one], [1, 1]))
        #expect(isRefused([one, one], []))
        #expect(isRefused([], [1, 1]))
        #expect(isRefused([one], [1, 1]))
        #expect(isRefused([one, other], [1, 1]))
        #expect(isRefused([one, one, one], [1, 1, 1]))
        #expect(isRefused([one, one, one, one, one, one], [1, 1, 1, 1]))
    }
}
