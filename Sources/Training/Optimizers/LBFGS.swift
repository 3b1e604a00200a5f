import NeuralNetwork

/// L-BFGS (Nocedal, 1980), as PyTorch has it with one iteration to a step.
///
/// A step is only right on the whole batch, as it compares the gradients of one cost. The line
/// search costs evaluations of the cost; without one the length of a step is the learning rate.
public struct LBFGS: Optimizer {
    static let choice = Choice<any Optimizer>(
        "lbfgs", otherNames: ["l_bfgs", "l-bfgs", "bfgs"],
        settings: [
            .integer("history_size", default: 100, in: 1...1000),
            .word("line_search", default: LineSearch.none),
            .integer("max_evaluations", default: 25, in: 1...100),
            .number("tolerance_grad", default: 1e-7, in: 0...1),
            .number("tolerance_change", default: 1e-9, in: 0...1),
        ]
    ) {
        LBFGS(
            historySize: $0.integer("history_size"), lineSearch: $0.word("line_search"),
            maxEvaluations: $0.integer("max_evaluations"),
            toleranceGrad: $0.number("tolerance_grad"),
            toleranceChange: $0.number("tolerance_change"))
    }

    public enum LineSearch: String, CaseIterable, Sendable {
        case none
        case strongWolfe = "strong_wolfe"
    }

    /// How many pairs of steps and changes of the gradient are remembered.
    public var historySize: Int
    public var lineSearch: LineSearch
    /// Of one line search; PyTorch's `max_eval` counts the evaluation before it as well.
    public var maxEvaluations: Int
    /// Nothing is done where no derivative is larger.
    public var toleranceGrad: Double
    /// Nothing is changed where the slope along the step is flatter; a bracket this small is found.
    public var toleranceChange: Double

    public var defaultLearningRate: Double { 1 }
    public var needsWholeBatch: Bool { true }
    public var evaluations: Int { lineSearch == .none ? 0 : maxEvaluations }
    /// The pairs, the last direction and the last gradient.
    public var mostSlots: Int { 2 * historySize + 2 }

    public var formula: String {
        let length =
            lineSearch == .none
            ? "θ ← θ + α·d"
            : "θ ← θ + α·d with α changed by a line search to strong Wolfe conditions"
        return "d = −H·g, H by the two-loop recursion over the last history_size pairs s = α·d, "
            + "y = g − g_before with y·s > 1e-10, from (y·s)/(y·y)·I; \(length); α = η, and "
            + "η·min(1, 1/Σ|g|) at the first step"
    }

    public func initialState<S: Scalar>(of network: Network<S>) -> OptimizerState<S> {
        OptimizerState(steps: 0, memory: [], numbers: [])
    }

    public func restoredState<S: Scalar>(
        steps: Int, matrices: [Matrix<S>], numbers: [Double], of network: Network<S>
    ) -> OptimizerState<S>? {
        let memory = LBFGSMemory<S>(matrices: matrices, numbers: numbers)
        if !matrices.isEmpty || !numbers.isEmpty {
            let count = network.layers.flatMap(\.numbers.parameters)
                .reduce(0) { $0 + $1.elements.count }
            guard let memory, memory.pairs.count <= historySize,
                matrices.allSatisfy({ $0.rows == 1 && $0.columns == count })
            else { return nil }
        }
        return OptimizerState(
            steps: steps, memory: matrices.isEmpty ? [] : [matrices], numbers: numbers)
    }

    public func step<S: Scalar>(
        _ network: inout Network<S>, along gradients: Gradients<S>, cost: Double,
        state: inout OptimizerState<S>, learningRate: Double,
        evaluate: (Network<S>) throws(StepCancelled) -> (cost: Double, gradients: Gradients<S>)
    ) throws(StepCancelled) {
        state.steps += 1
        let gradient = gradients.flat
        if gradient.largestSize() <= toleranceGrad { return }
        var memory: LBFGSMemory<S>
        if let last = LBFGSMemory<S>(state) {
            // Nothing else may hold its arrays while they are changed.
            state.memory = []
            memory = last
            memory.remember(gradient, atMost: historySize)
            memory.step = learningRate
        } else {
            memory = LBFGSMemory(gradient)
            memory.step = learningRate * min(1, 1 / gradient.sumOfSizes())
        }
        let slope = memory.direction.dot(gradient)
        if slope > -toleranceChange { return memory.write(to: &state) }
        if lineSearch == .strongWolfe {
            let search = StrongWolfe(
                start: (cost, gradient, slope), direction: memory.direction,
                tolerance: toleranceChange, most: maxEvaluations)
            memory.step = try search.step(from: memory.step) { step throws(StepCancelled) in
                var moved = network
                moved.add(memory.direction, times: step)
                let (cost, gradients) = try evaluate(moved)
                return (cost, gradients.flat)
            }
        }
        network.add(memory.direction, times: memory.step)
        memory.write(to: &state)
    }
}

extension Gradients {
    /// All derivatives in a row, layer after layer.
    fileprivate var flat: Matrix<S> {
        let parts = layers.flatMap(\.parameters)
        let count = parts.reduce(0) { $0 + $1.rows * $1.columns }
        return Matrix(rows: 1, columns: count) { flat in
            var start = 0
            for part in parts {
                part.withNumbers { numbers in
                    guard let from = numbers.baseAddress, let to = flat.baseAddress else { return }
                    (to + start).initialize(from: from, count: numbers.count)
                    start += numbers.count
                }
            }
        }
    }
}

extension Network {
    /// Moves all parameters along a direction, in which they are in a row, layer after layer.
    fileprivate mutating func add(_ direction: Matrix<S>, times step: Double) {
        let step = S(step)
        direction.withNumbers { direction in
            var start = 0
            for layer in layers.indices {
                for index in layers[layer].numbers.parameters.indices {
                    layers[layer].numbers.parameters[index].withMutableNumbers { numbers in
                        for i in 0..<numbers.count { numbers[i] += step * direction[start + i] }
                        start += numbers.count
                    }
                }
            }
        }
    }
}
