import TestSupport

@testable import NeuralNetwork

/// A network of two layers, a batch and a loss that fit one another, where every derivative exists.
struct Problem {
    let network: Network<Double>
    let inputs: Matrix<Double>
    let targets: Matrix<Double>
    let loss: Loss

    var examples: Int { inputs.rows }

    /// Layers of 3-4-3 units, drawn until the hidden layer and the loss are away from their kinks.
    static func random(hidden: Activation, _ loss: Loss, examples: Int = 3, seed: Int) -> Problem {
        var random = SplitMix64(seed: seed)
        while true {
            let problem = Problem(
                network: Network(layers: [
                    dense(
                        weights: random.matrix(rows: 4, columns: 3),
                        bias: random.matrix(rows: 1, columns: 4), activation: hidden),
                    dense(
                        weights: random.matrix(rows: 3, columns: 4),
                        bias: random.matrix(rows: 1, columns: 3), activation: loss.output),
                ]),
                inputs: random.matrix(rows: examples, columns: 3),
                targets: random.matrix(rows: examples, columns: 3, in: 0...1), loss: loss)
            if problem.isSmooth { return problem }
        }
    }

    private var isSmooth: Bool {
        let pass = network.forward(inputs)
        return pass.layers[0].preActivation.elements.allSatisfy { abs($0) > 1e-3 }
            && loss.isSmooth(at: pass.outputs, targets, after: loss.output)
    }

    /// Each example's loss with other parameters.
    func losses(of network: Network<Double>) -> [Double] {
        network.losses(of: network.forward(inputs), loss, targets: targets)
    }

    /// Each example's loss when a layer's Z or A is another than the forward pass makes it.
    func losses(
        replacing path: WritableKeyPath<LayerPass<Double>, Matrix<Double>>, of index: Int,
        by matrix: Matrix<Double>
    ) -> [Double] {
        var pass = network.forward(inputs)
        pass.layers[index][keyPath: path] = matrix
        if path == \.preActivation {
            pass.layers[index].activation = network.layers[index].activation.evaluate(at: matrix)
        }
        for next in network.layers.indices.dropFirst(index + 1) {
            pass.layers[next] = network.layers[next].forward(
                [pass.layers[next - 1].activation], pass.run)
        }
        return network.losses(of: pass, loss, targets: targets)
    }

    func backpropagate() -> Gradients<Double> {
        network.backpropagate(
            network.forward(inputs), loss: loss, targets: targets, toInputs: true)
    }
}

/// Central differences of every example's loss, one row for each number that is moved.
extension Problem {
    /// By the numbers of a layer's weights or bias.
    func differences(
        by parameter: WritableKeyPath<NetworkLayer<Double>, Matrix<Double>>, of index: Int
    ) -> [[Double]] {
        centralDifferences(at: network.layers[index][keyPath: parameter]) { moved in
            var network = network
            network.layers[index][keyPath: parameter] = moved
            return losses(of: network)
        }
    }

    /// By the numbers of a layer's Z or A.
    func differences(
        by array: WritableKeyPath<LayerPass<Double>, Matrix<Double>>, of index: Int
    ) -> [[Double]] {
        centralDifferences(at: network.forward(inputs).layers[index][keyPath: array]) {
            losses(replacing: array, of: index, by: $0)
        }
    }

    /// By the numbers of X.
    func differencesByInputs() -> [[Double]] {
        centralDifferences(at: inputs) {
            network.losses(of: network.forward($0), loss, targets: targets)
        }
    }
}

extension Loss {
    /// An output activation that suits the loss.
    fileprivate var output: Activation {
        switch self {
        case .binaryCrossentropy, .binaryFocalCrossentropy: fromLogits ? .linear : .sigmoid
        case .categoricalCrossentropy, .sparseCategoricalCrossentropy:
            fromLogits ? .linear : .softmax
        case .klDivergence: .softmax
        case .poisson(let logInput): logInput ? .linear : .softplus
        case .meanSquaredError, .halfSquaredError, .meanAbsoluteError, .huber, .smoothL1, .logCosh,
            .hinge, .squaredHinge, .categoricalHinge, .cosineSimilarity:
            .tanh
        }
    }
}

extension NetworkLayer {
    /// The pass of some inputs, in new memory.
    func forward(_ inputs: [Matrix<S>], _ run: Run) -> LayerPass<S> {
        var pass = LayerPass(inputs: inputs)
        forward(run, into: &pass)
        return pass
    }
}
