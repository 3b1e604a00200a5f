import NeuralNetwork

/// What an optimizer remembers from step to step, of every parameter of a network.
struct OptimizerState<S: Scalar> {
    /// How many steps were taken.
    private(set) var steps = 0
    /// The slots of each parameter of each layer.
    private var slots: [[[Matrix<S>]]]

    init(of network: Network<S>, slots: Int) {
        self.slots = network.layers.map { layer in
            layer.numbers.parameters.map { parameter in
                let zeros = Matrix<S>(
                    rows: parameter.rows, columns: parameter.columns, repeating: 0)
                return Array(repeating: zeros, count: slots)
            }
        }
    }

    /// Takes one step, along the gradients of the cost.
    mutating func update(
        _ network: inout Network<S>, along gradients: Gradients<S>, by optimizer: any Optimizer,
        _ learningRate: Double
    ) {
        steps += 1
        for (layer, gradient) in gradients.layers.enumerated() {
            for (index, gradient) in gradient.parameters.enumerated() {
                optimizer.update(
                    &network.layers[layer].numbers.parameters[index], along: gradient,
                    slots: &slots[layer][index], learningRate: learningRate, step: steps)
            }
        }
    }
}
