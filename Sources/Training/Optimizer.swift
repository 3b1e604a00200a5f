import NeuralNetwork

/// A rule that changes a network's parameters along their gradients.
///
/// An optimizer is its settings alone. What it remembers between steps is held for it, as a value,
/// so that a training can be looked at, stored and resumed.
public protocol Optimizer: Sendable {
    /// The learning rate in force where the caller gives none.
    var defaultLearningRate: Double { get }
    /// The rule, as text; θ a parameter, g its gradient, η the learning rate, t the step from 1.
    var formula: String { get }
    /// Whether a step is only right on the whole batch.
    var needsWholeBatch: Bool { get }
    /// How often a step evaluates the cost and its gradients at most.
    var evaluations: Int { get }
    /// How many arrays it remembers of each parameter at most.
    var mostSlots: Int { get }

    /// What is remembered before the first step.
    func initialState<S: Scalar>(of network: Network<S>) -> OptimizerState<S>

    /// What was remembered, from its parts; nil where it cannot be of this optimizer and network.
    func restoredState<S: Scalar>(
        steps: Int, matrices: [Matrix<S>], numbers: [Double], of network: Network<S>
    ) -> OptimizerState<S>?

    /// Takes one step, along the gradients of the cost.
    ///
    /// `evaluate` gives the cost and its gradients at other parameters; line searches need it. A step
    /// that is cancelled in one may leave anything behind.
    func step<S: Scalar>(
        _ network: inout Network<S>, along gradients: Gradients<S>, cost: Double,
        state: inout OptimizerState<S>, learningRate: Double,
        evaluate: (Network<S>) throws(StepCancelled) -> (cost: Double, gradients: Gradients<S>)
    ) throws(StepCancelled)
}

/// A step is not wanted any more.
public struct StepCancelled: Error {}

extension Optimizer {
    public var needsWholeBatch: Bool { false }
    public var evaluations: Int { 0 }
}

/// An optimizer that changes each parameter by itself.
public protocol ElementwiseOptimizer: Optimizer {
    /// The arrays that it remembers of each parameter, by the number that fills each at first.
    var slots: [Double] { get }
    /// What else it remembers, of all parameters together.
    var numbers: [Double] { get }
    /// Changes those numbers at the beginning of a step, which counts from 1.
    func advance(_ numbers: inout [Double], to step: Int)
    /// By what a step, which counts from 1, corrects the bias of two means, the same for all parameters.
    func corrections(at step: Int) -> (Double, Double)
    /// One step of one parameter.
    ///
    /// Implementations are specialized for `Double` and `Float`, as their loops are hot.
    func update<S: Scalar>(
        _ parameter: inout Matrix<S>, along gradient: Matrix<S>, slots: inout [Matrix<S>],
        at step: OptimizerStep)
}

/// What a step has in common for all parameters.
public struct OptimizerStep: Sendable {
    /// From 1.
    public let number: Int
    public let learningRate: Double
    /// What the optimizer remembers of all parameters together.
    public let numbers: [Double]
    /// The optimizer's corrections in this step.
    let corrections: (Double, Double)

    init(
        number: Int, learningRate: Double, numbers: [Double],
        of optimizer: any ElementwiseOptimizer
    ) {
        self.number = number
        self.learningRate = learningRate
        self.numbers = numbers
        corrections = optimizer.corrections(at: number)
    }
}

extension ElementwiseOptimizer {
    public var mostSlots: Int { slots.count }
    public var numbers: [Double] { [] }
    public func advance(_ numbers: inout [Double], to step: Int) {}
    public func corrections(at step: Int) -> (Double, Double) { (1, 1) }

    public func initialState<S: Scalar>(of network: Network<S>) -> OptimizerState<S> {
        let memory = network.layers.flatMap(\.numbers.parameters).map { parameter in
            slots.map {
                Matrix<S>(rows: parameter.rows, columns: parameter.columns, repeating: S($0))
            }
        }
        return OptimizerState(steps: 0, memory: memory, numbers: numbers)
    }

    public func restoredState<S: Scalar>(
        steps: Int, matrices: [Matrix<S>], numbers: [Double], of network: Network<S>
    ) -> OptimizerState<S>? {
        let parameters = network.layers.flatMap(\.numbers.parameters)
        guard numbers.count == self.numbers.count,
            matrices.count == parameters.count * slots.count
        else { return nil }
        var memory: [[Matrix<S>]] = []
        for (index, parameter) in parameters.enumerated() {
            let own = Array(matrices[(index * slots.count)..<((index + 1) * slots.count)])
            guard own.allSatisfy({ $0.rows == parameter.rows && $0.columns == parameter.columns })
            else { return nil }
            memory.append(own)
        }
        return OptimizerState(steps: steps, memory: memory, numbers: numbers)
    }

    public func step<S: Scalar>(
        _ network: inout Network<S>, along gradients: Gradients<S>, cost: Double,
        state: inout OptimizerState<S>, learningRate: Double,
        evaluate: (Network<S>) throws(StepCancelled) -> (cost: Double, gradients: Gradients<S>)
    ) {
        takeStep(&network, along: gradients, by: self, state: &state, learningRate: learningRate)
    }
}

/// Every optimizer, as a caller may name and set it.
public let optimizers: [Choice<any Optimizer>] = [
    GradientDescent.choice, Momentum.choice, RMSprop.choice, Adagrad.choice, Adadelta.choice,
    Adam.choice, Adam.amsgrad, Adam.adamw, Adamax.choice, Nadam.choice, Lion.choice,
    LBFGS.choice,
]
