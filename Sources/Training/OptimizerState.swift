import NeuralNetwork

/// What an optimizer remembers from step to step, of every parameter of a network.
struct OptimizerState<S: Scalar> {
    /// How many steps were taken.
    private(set) var steps = 0
    private var weights: [[Matrix<S>]]
    private var biases: [[Matrix<S>]]

    init(of network: Network<S>, slots: Int) {
        func zeros(_ parameter: Matrix<S>) -> [Matrix<S>] {
            let zeros = Matrix<S>(
                rows: parameter.rows, columns: parameter.columns, repeating: 0)
            return Array(repeating: zeros, count: slots)
        }
        weights = network.layers.map { zeros($0.weights) }
        biases = network.layers.map { zeros($0.bias) }
    }

    /// Takes one step, along the gradients of the cost.
    mutating func update(
        _ network: inout Network<S>, along gradients: Gradients<S>, by optimizer: any Optimizer,
        _ learningRate: Double
    ) {
        steps += 1
        for (index, gradient) in gradients.layers.enumerated() {
            optimizer.update(
                &network.layers[index].weights, along: gradient.weights, slots: &weights[index],
                learningRate: learningRate, step: steps)
            optimizer.update(
                &network.layers[index].bias, along: gradient.bias, slots: &biases[index],
                learningRate: learningRate, step: steps)
        }
    }
}
