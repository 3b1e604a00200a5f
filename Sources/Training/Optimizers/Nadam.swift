import Glibc
import NeuralNetwork

/// Nadam (Dozat, 2016): Adam with Nesterov's momentum, whose coefficient grows:
/// `μₜ = β₁·(1 − ½·0.96^(t·ψ))`.
///
/// ψ is `momentum_decay`, 0.004 in PyTorch; Keras's schedule is that of ψ = 1.
public struct Nadam: ElementwiseOptimizer {
    static let choice = Choice<any Optimizer>(
        "nadam", otherNames: ["n_adam"],
        settings: [
            .beta("beta_1", default: 0.9), .beta("beta_2", default: 0.999), .epsilon,
            .number("momentum_decay", default: 0.004, in: 0...1e6).inStyle("keras", default: 1)
                .elsewhere(keras: "1, always", pytorch: "0.004"),
            .style(.pytorch), .weightDecay,
        ]
    ) {
        Nadam(
            beta1: $0.number("beta_1"), beta2: $0.number("beta_2"),
            epsilon: $0.number("epsilon"), momentumDecay: $0.number("momentum_decay"),
            style: $0.style, decay: WeightDecay($0))
    }

    public var beta1: Double
    public var beta2: Double
    public var epsilon: Double
    public var momentumDecay: Double
    public var style: OptimizerStyle
    public var decay = WeightDecay.none

    public var defaultLearningRate: Double { style == .keras ? 0.001 : 0.002 }
    public var slots: [Double] { [0, 0] }
    /// The product of all μ so far.
    public var numbers: [Double] { [1] }

    public var formula: String {
        let power = momentumDecay == 1 ? "ᵗ" : "^(t·momentum_decay)"
        return decay.formula
            + "μₜ = β₁·(1 − ½·0.96\(power)), m ← β₁·m + (1 − β₁)·g, v ← β₂·v + (1 − β₂)·g², "
            + "θ ← θ − η·(μₜ₊₁·m / (1 − μ₁⋯μₜ₊₁) + (1 − μₜ)·g / (1 − μ₁⋯μₜ)) "
            + "/ (√(v / (1 − β₂ᵗ)) + ε)"
    }

    private func momentum(at step: Int) -> Double {
        beta1 * (1 - 0.5 * pow(0.96, Double(step) * momentumDecay))
    }

    public func advance(_ numbers: inout [Double], to step: Int) {
        numbers[0] *= momentum(at: step)
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
        let (now, next) = (momentum(at: step.number), momentum(at: step.number + 1))
        let product = step.numbers[0]
        let ofMomentum = S(step.learningRate * next / (1 - product * next))
        let ofGradient = S(step.learningRate * (1 - now) / (1 - product))
        let scale = S(1 / (1 - pow(self.beta2, Double(step.number))).squareRoot())
        let epsilon = S(self.epsilon)
        let decay = decay.at(step)
        sweep(&parameter, gradient, &slots, 0, 1) { theta, g, m, v in
            let g = decay.apply(&theta, g)
            m = beta1 * m + rest1 * g
            v = beta2 * v + rest2 * g * g
            theta -= (ofMomentum * m + ofGradient * g) / (S.root(v) * scale + epsilon)
        }
    }
}
