import NeuralNetwork

/// A rule that changes parameters along their gradients.
///
/// An optimizer is its settings alone. What it remembers between steps is held for it, in slots of
/// each parameter's shape, so that a training is a value that can be looked at, stored and resumed.
public protocol Optimizer: Sendable {
    /// The learning rate in force where the caller gives none.
    static var defaultLearningRate: Double { get }
    /// The rule, as text; θ a parameter, g its gradient, η the learning rate, t the step from 1.
    var formula: String { get }
    /// How many arrays it remembers of each parameter.
    var slots: Int { get }
    /// One step of one parameter; `slots` start as zeros and `step` counts from 1.
    ///
    /// Implementations are specialized for `Double` and `Float`, as their loops are hot.
    func update<S: Scalar>(
        _ parameter: inout Matrix<S>, along gradient: Matrix<S>, slots: inout [Matrix<S>],
        learningRate: Double, step: Int)
}

/// Every optimizer, as a caller may name and set it.
public let optimizers: [Choice<any Optimizer>] = [
    GradientDescent.choice, Momentum.choice, Adam.choice,
]
