import NeuralNetwork

/// Lion (Chen et al., 2023), as Keras has it: the sign of a momentum, so that every step is η long;
/// the sign of 0 is 0. Its decay is decoupled, as in the paper.
public struct Lion: ElementwiseOptimizer {
    static let choice = Choice<any Optimizer>(
        "lion",
        settings: [
            .beta("beta_1", default: 0.9), .beta("beta_2", default: 0.99),
            .number("weight_decay", default: 0, in: 0...1e6),
        ]
    ) {
        Lion(
            beta1: $0.number("beta_1"), beta2: $0.number("beta_2"),
            decay: WeightDecay(rate: $0.number("weight_decay"), isDecoupled: true))
    }

    public var beta1: Double
    public var beta2: Double
    public var decay = WeightDecay.none

    public var defaultLearningRate: Double { 0.001 }
    public var slots: [Double] { [0] }

    public var formula: String {
        decay.formula + "θ ← θ − η·sign(β₁·m + (1 − β₁)·g), m ← β₂·m + (1 − β₂)·g"
    }

    @specialized(where S == Double)
    @specialized(where S == Float)
    public func update<S: Scalar>(
        _ parameter: inout Matrix<S>, along gradient: Matrix<S>, slots: inout [Matrix<S>],
        at step: OptimizerStep
    ) {
        // Each is rounded once: in float32 a β near 1 is 1, and 1 − β would be 0.
        let (beta1, rest1) = (S(self.beta1), S(1 - self.beta1))
        let (beta2, rest2) = (S(self.beta2), S(1 - self.beta2))
        let rate = S(step.learningRate)
        let decay = decay.at(step)
        sweep(&parameter, gradient, &slots, 0) { theta, g, m in
            let g = decay.apply(&theta, g)
            let direction = beta1 * m + rest1 * g
            // NaN stays NaN, so that a training that goes wrong is seen to.
            theta -= rate * (direction > 0 ? 1 : direction < 0 ? -1 : direction)
            m = beta2 * m + rest2 * g
        }
    }
}
