import Glibc
import NeuralNetwork

/// Adam (Kingma and Ba, 2015, algorithm 1), which is also the course's and PyTorch's: epsilon is
/// added outside the root, after the correction of the bias.
public struct Adam: Optimizer {
    static let choice = Choice<any Optimizer>(
        "adam",
        settings: [
            .number("beta_1", default: 0.9, in: 0...0.999_999_999),
            .number("beta_2", default: 0.999, in: 0...0.999_999_999),
            .number("epsilon", default: 1e-8, in: 0...1)
                .elsewhere(keras: "0.0000001", pytorch: "0.00000001"),
        ]
    ) {
        Adam(
            beta1: $0.number("beta_1"), beta2: $0.number("beta_2"),
            epsilon: $0.number("epsilon"))
    }

    public static let defaultLearningRate = 0.001
    public var beta1: Double
    public var beta2: Double
    public var epsilon: Double
    public let slots = 2
    public let formula = """
        m ← β₁·m + (1 − β₁)·g, v ← β₂·v + (1 − β₂)·g², \
        θ ← θ − η·(m / (1 − β₁ᵗ)) / (√(v / (1 − β₂ᵗ)) + ε)
        """

    @specialized(where S == Double)
    @specialized(where S == Float)
    public func update<S: Scalar>(
        _ parameter: inout Matrix<S>, along gradient: Matrix<S>, slots: inout [Matrix<S>],
        learningRate: Double, step: Int
    ) {
        // Each is rounded once: in float32 a β near 1 is 1, and 1 − β would be 0.
        let (beta1, rest1) = (S(self.beta1), S(1 - self.beta1))
        let (beta2, rest2) = (S(self.beta2), S(1 - self.beta2))
        slots[0].update(with: gradient) { $0 = beta1 * $0 + rest1 * $1 }
        slots[1].update(with: gradient) { $0 = beta2 * $0 + rest2 * $1 * $1 }
        let correction1 = S(1 - pow(self.beta1, Double(step)))
        let correction2 = S(1 - pow(self.beta2, Double(step)))
        let (rate, epsilon) = (S(learningRate), S(self.epsilon))
        parameter.update(with: slots[0], slots[1]) { theta, m, v in
            theta -= rate * (m / correction1) / ((v / correction2).squareRoot() + epsilon)
        }
    }
}
