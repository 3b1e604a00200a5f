import NeuralNetwork

/// Gradient descent: `θ ← θ − η·g`. On mini-batches it is stochastic gradient descent.
///
/// Without momentum a coupled weight decay and a decoupled one are the same.
public struct GradientDescent: ElementwiseOptimizer {
    static let choice = Choice<any Optimizer>(
        "sgd", otherNames: ["gd", "gradient_descent"],
        settings: [.number("weight_decay", default: 0, in: 0...1e6)]
    ) {
        GradientDescent(
            decay: WeightDecay(rate: $0.number("weight_decay"), isDecoupled: false))
    }

    public var decay = WeightDecay.none
    public var defaultLearningRate: Double { 0.01 }
    public var slots: [Double] { [] }
    public var formula: String { decay.formula + "θ ← θ − η·g" }

    @specialized(where S == Double)
    @specialized(where S == Float)
    public func update<S: Scalar>(
        _ parameter: inout Matrix<S>, along gradient: Matrix<S>, slots: inout [Matrix<S>],
        at step: OptimizerStep
    ) {
        let rate = S(step.learningRate)
        let decay = decay.at(step)
        parameter.update(with: gradient) { theta, g in
            let g = decay.apply(&theta, g)
            theta -= rate * g
        }
    }
}
