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
        var state = adam.initialState(of: network)
        for step in 0..<3 {
            let g = gradients.map { Self.one($0[step]) }
            let layers = [(g[0], g[1]), (g[2], g[3])].map { weights, bias in
                LayerGradients(
                    parameters: [weights, bias], preActivation: Self.one(0), output: Self.one(0))
            }
            adam.step(
                &network, along: Gradients(layers: layers), cost: 0, state: &state,
                learningRate: 0.1
            ) { _ in preconditionFailure("Adam searches no line") }
            let expected = gradients.map { adam.path(along: $0)[step] }
            #expect(network.layers.flatMap { [$0.weights[0, 0], $0.bias[0, 0]] } == expected)
        }
        #expect(state.steps == 3)
    }

    private static let network = Network(layers: [
        dense(weights: one(1), bias: one(1), activation: .linear)
    ])

    @Test(arguments: optimizers.map(\.name))
    func `a state is restored from its parts`(name: String) throws {
        let optimizer = try #require(optimizers.first { $0.name == name }).byDefault
        let state = optimizer.initialState(of: Self.network)
        let restored = OptimizerState(
            steps: 7, matrices: state.matrices, numbers: state.numbers, of: optimizer,
            for: Self.network)
        #expect(restored?.steps == 7)
        #expect(restored?.matrices == state.matrices)
        #expect(restored?.numbers == state.numbers)
    }

    @Test(arguments: optimizers.map(\.name))
    func `parts of another optimizer or network are refused`(name: String) throws {
        let optimizer = try #require(optimizers.first { $0.name == name }).byDefault
        let state = optimizer.initialState(of: Self.network)
        func isRefused(
            _ steps: Int, _ matrices: [Matrix<Double>], _ numbers: [Double]
        ) -> Bool {
            OptimizerState(
                steps: steps, matrices: matrices, numbers: numbers, of: optimizer,
                for: Self.network) == nil
        }
        let wide = Matrix<Double>(rows: 1, columns: 2, repeating: 0)
        #expect(isRefused(-1, state.matrices, state.numbers))
        #expect(isRefused(.max, state.matrices, state.numbers))
        #expect(isRefused(1, state.matrices + [Self.one(0)], state.numbers))
        #expect(isRefused(1, state.matrices, state.numbers + [0]))
        if !state.matrices.isEmpty {
            #expect(isRefused(1, state.matrices.dropLast(), state.numbers))
            #expect(isRefused(1, state.matrices.dropLast() + [wide], state.numbers))
        }
    }

    /// There are two parameters.
    @Test(arguments: [
        ("sgd", 0), ("momentum", 1), ("rmsprop", 1), ("adagrad", 1), ("adadelta", 2), ("adam", 2),
        ("amsgrad", 3), ("adamw", 2), ("adamax", 2), ("nadam", 2), ("lion", 1), ("lbfgs", 202),
    ])
    func `so many arrays are remembered of each parameter`(name: String, count: Int) throws {
        let optimizer = try #require(optimizers.first { $0.name == name }).byDefault
        #expect(optimizer.mostSlots == count)
        if name != "lbfgs" {
            #expect(optimizer.initialState(of: Self.network).matrices.count == 2 * count)
        }
    }
}
