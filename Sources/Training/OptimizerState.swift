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
}

/// Takes a step that changes each parameter by itself.
// Not a method of the state, whose type would be looked up for each call.
@specialized(where S == Double)
@specialized(where S == Float)
func takeStep<S: Scalar>(
    _ network: inout Network<S>, along gradients: Gradients<S>,
    by optimizer: any ElementwiseOptimizer, state: inout OptimizerState<S>, learningRate: Double
) {
    state.steps += 1
    optimizer.advance(&state.numbers, to: state.steps)
    let step = OptimizerStep(
        number: state.steps, learningRate: learningRate, numbers: state.numbers, of: optimizer)
    var place = 0
    for layer in gradients.layers.indices {
        for index in gradients.layers[layer].parameters.indices {
            optimizer.update(
                &network.layers[layer].numbers.parameters[index],
                along: gradients.layers[layer].parameters[index],
                slots: &state.memory[place], at: step)
            place += 1
        }
    }
}
