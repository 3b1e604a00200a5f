import NeuralNetwork

/// What an optimizer remembers from step to step: a plain value, so that a checkpoint can hold it.
public struct OptimizerState<S: Scalar>: Sendable {
    /// How many steps were taken.
    public internal(set) var steps: Int
    /// The arrays of each parameter of each layer; all in one group where they are of no parameter.
    var memory: [[Matrix<S>]]
    /// All else that is remembered.
    public internal(set) var numbers: [Double]

    /// The arrays, in a fixed order: parameter after parameter.
    public var matrices: [Matrix<S>] { Array(memory.joined()) }

    init(steps: Int, memory: [[Matrix<S>]], numbers: [Double]) {
        self.steps = steps
        self.memory = memory
        self.numbers = numbers
    }

    /// The state that a checkpoint holds; nil where it cannot be one of this optimizer and network.
    public init?(
        steps: Int, matrices: [Matrix<S>], numbers: [Double], of optimizer: any Optimizer,
        for network: Network<S>
    ) {
        // More steps than float64 can count are not ours.
        guard (0...(1 << 53)).contains(steps),
            let state = optimizer.restoredState(
                steps: steps, matrices: matrices, numbers: numbers, of: network)
        else { return nil }
        self = state
    }

    /// Changes each parameter by itself.
    @specialized(where S == Double)
    @specialized(where S == Float)
    mutating func update(
        _ network: inout Network<S>, along gradients: Gradients<S>,
        by optimizer: any ElementwiseOptimizer, at step: OptimizerStep
    ) {
        var place = 0
        for layer in gradients.layers.indices {
            for index in gradients.layers[layer].parameters.indices {
                optimizer.update(
                    &network.layers[layer].numbers.parameters[index],
                    along: gradients.layers[layer].parameters[index],
                    slots: &memory[place], at: step)
                place += 1
            }
        }
    }
}
