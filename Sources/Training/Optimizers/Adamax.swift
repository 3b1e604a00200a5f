import Glibc
import NeuralNetwork

/// Adamax (Kingma and Ba, 2015, algorithm 2): Adam with the largest gradient, which fades, in place
/// of the root of the mean square.
///
/// Keras adds epsilon where it divides; PyTorch adds it to the gradient's size.
public struct Adamax: ElementwiseOptimizer {
    static let choice = Choice<any Optimizer>(
        "adamax", otherNames: ["ada_max"],
        settings: [
            .beta("beta_1", default: 0.9), .beta("beta_2", default: 0.999), .epsilon,
            .style(.pytorch), .weightDecay,
        ]
    ) {
        Adamax(
            beta1: $0.number("beta_1"), beta2: $0.number("beta_2"),
            epsilon: $0.number("epsilon"), style: $0.style, decay: WeightDecay($0))
    }

    public var beta1: Double
    public var beta2: Double
    public var epsilon: Double
    public var style: OptimizerStyle
    public var decay = WeightDecay.none

    public var defaultLearningRate: Double { style == .keras ? 0.001 : 0.002 }
    public var slots: [Double] { [0, 0] }

    public var formula: String {
        let rest =
            style == .keras
            ? "u ← max(β₂·u, |g|), θ ← θ − η/(1 − β₁ᵗ)·m / (u + ε)"
            : "u ← max(β₂·u, |g| + ε), θ ← θ − η/(1 − β₁ᵗ)·m / u"
        return decay.formula + "m ← β₁·m + (1 − β₁)·g, " + rest
    }

    @specialized(where S == Double)
    @specialized(where S == Float)
    public func update<S: Scalar>(
        _ parameter: inout Matrix<S>, along gradient: Matrix<S>, slots: inout [Matrix<S>],
        at step: OptimizerStep
    ) {
        // Each is rounded once: in float32 a β near 1 is 1.
        let (beta1, rest1, beta2) = (S(self.beta1), S(1 - self.beta1), S(self.beta2))
        let rate = S(step.learningRate / (1 - pow(self.beta1, Double(step.number))))
        let (before, after): (S, S) = style == .keras ? (0, S(epsilon)) : (S(epsilon), 0)
        let decay = decay.at(step)
        sweep(&parameter, gradient, &slots, 0, 1) { theta, g, m, u in
            let g = decay.apply(&theta, g)
            m = beta1 * m + rest1 * g
            u = max(beta2 * u, abs(g) + before)
            theta -= rate * m / (u + after)
        }
    }
}
