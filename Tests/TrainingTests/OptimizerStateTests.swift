import TestSupport
import Testing

@testable import NeuralNetwork
@testable import Training

struct OptimizerStateTests {
    private static func one(_ x: Double) -> Matrix<Double> {
        Matrix(rows: 1, columns: 1, repeating: x)
    }

    /// Four parameters of one number, W and b of two layers, each along gradients of its own; Adam
    /// has two slots and counts the steps, and `AdamTests` has its path by hand.
    @Test func `each parameter has its own memory, and all have the same count of steps`() {
        let adam = Adam(beta1: 0.5, beta2: 0.75, epsilon: 1)
        let gradients: [[Double]] = [[2, -1, 1], [-3, 0.5, 2], [1, 1, 4], [0.25, -2, -1]]
        let layer = dense(
            weights: Self.one(1), bias: Self.one(1), activation: .linear)
        var network = Network(layers: [layer, layer])
        var state = OptimizerState(of: network, slots: adam.slots)
        for step in 0..<3 {
            let g = gradients.map { Self.one($0[step]) }
            let layers = [(g[0], g[1]), (g[2], g[3])].map { weights, bias in
                LayerGradients(
                    parameters: [weights, bias], preActivation: Self.one(0), output: Self.one(0))
            }
            state.update(&network, along: Gradients(layers: layers), by: adam, 0.1)
            let expected = gradients.map { adam.path(along: $0)[step] }
            #expect(network.layers.flatMap { [$0.weights[0, 0], $0.bias[0, 0]] } == expected)
        }
        #expect(state.steps == 3)
    }
}
