import TestSupport
import Testing

@testable import NeuralNetwork

struct PenaltyTests {
    static let network = Network<Double>(layers: [
        dense(
            weights: Matrix(rows: 1, columns: 3, elements: [2, -3, 0]),
            bias: Matrix(rows: 1, columns: 1, repeating: 100), activation: .linear)
    ])

    /// Σ W² = 13, Σ |W| = 5: (0.5·13 + 0.2·5) = 7.5, times the scale, with m = 5. The bias stays out.
    @Test(arguments: [
        (Penalty.Scale.lambdaOver2m, 0.75), (.lambdaOver2, 3.75), (.lambda, 7.5),
    ])
    func `the cost is as by hand`(scale: Penalty.Scale, expected: Double) {
        let penalty = Penalty(l1: 0.2, l2: 0.5, scale: scale)
        #expect(abs(penalty.cost(of: Self.network, examples: 5) - expected) <= 1e-15)
    }

    /// 2·0.5·W + 0.2·sign W = 2.2, −3.2, 0, times the scale.
    @Test(arguments: [
        (Penalty.Scale.lambdaOver2m, 0.1), (.lambdaOver2, 0.5), (.lambda, 1),
    ])
    func `the gradient is as by hand`(scale: Penalty.Scale, factor: Double) {
        let penalty = Penalty(l1: 0.2, l2: 0.5, scale: scale)
        let gradient = penalty.gradients(of: Self.network, examples: 5)[0][0]!
        let expected = [2.2, -3.2, 0].map { $0 * factor }
        #expect(gradient.elements.distance(from: expected) <= 1e-15)
    }

    /// Weights that a training let grow: W² is too large for float64, or W itself is.
    @Test(arguments: [1e200, -1e308, .infinity, -.infinity])
    func `a term whose λ is 0 counts for nothing, whatever the weights`(weight: Double) {
        let network = Network<Double>(layers: [
            dense(
                weights: Matrix(rows: 1, columns: 2, elements: [weight, weight]),
                bias: Matrix(rows: 1, columns: 1, repeating: 0), activation: .linear)
        ])
        let none = Penalty(scale: .lambda)
        #expect(none.cost(of: network, examples: 1) == 0)
        #expect(none.gradients(of: network, examples: 1)[0][0]?.elements == [0, 0])
        let l1 = Penalty(l1: 0.25, scale: .lambda)
        #expect(l1.cost(of: network, examples: 1) == 0.25 * (abs(weight) + abs(weight)))
        let sign = weight > 0 ? 0.25 : -0.25
        #expect(l1.gradients(of: network, examples: 1)[0][0]?.elements == [sign, sign])
        #expect(Penalty(l2: 1, scale: .lambda).cost(of: network, examples: 1) == .infinity)
    }

    @Test(arguments: Penalty.Scale.allCases)
    func `the gradient matches central differences of the cost`(scale: Penalty.Scale) {
        let network = Problem.random(hidden: .relu, .meanSquaredError, seed: 51).network
        let penalty = Penalty(l1: 0.3, l2: 0.7, scale: scale)
        let gradients = penalty.gradients(of: network, examples: 4)
        for index in network.layers.indices {
            let expected = centralDifferences(at: network.layers[index].weights) { moved in
                var network = network
                network.layers[index].weights = moved
                return [penalty.cost(of: network, examples: 4)]
            }
            // Squares have no third derivative: what is left is rounding over the step.
            #expect(gradients[index][0]!.elements.distance(from: expected.map { $0[0] }) <= 1e-9)
        }
    }
}
