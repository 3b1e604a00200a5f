import NeuralNetwork

/// Adadelta (Zeiler, 2012): the root of the mean squared step over that of the mean squared
/// gradient stands in place of a learning rate.
///
/// Zeiler's is that of a learning rate of 1, PyTorch's default; Keras's is 0.001.
public struct Adadelta: ElementwiseOptimizer {
    static let choice = Choice<any Optimizer>(
        "adadelta", otherNames: ["ada_delta"],
        settings: [
            .number("rho", default: 0.95, in: 0...0.999_999_999).inStyle("pytorch", default: 0.9)
                .elsewhere(keras: "0.95", pytorch: "0.9"),
            .number("epsilon", default: 1e-7, in: 0...1).inStyle("pytorch", default: 1e-6)
                .elsewhere(keras: "0.0000001", pytorch: "0.000001"),
            .style(.keras),
            .weightDecay,
        ]
    ) {
        Adadelta(
            rho: $0.number("rho"), epsilon: $0.number("epsilon"), style: $0.style,
            decay: WeightDecay($0))
    }

    public var rho: Double
    public var epsilon: Double
    public var style: OptimizerStyle
    public var decay = WeightDecay.none

    public var defaultLearningRate: Double { style == .pytorch ? 1 : 0.001 }
    /// The means of the squared gradient, v, and of the squared step, w.
    public var slots: [Double] { [0, 0] }

    public var formula: String {
        decay.formula
            + "v ← ρ·v + (1 − ρ)·g², d = g·√(w + ε) / √(v + ε), w ← ρ·w + (1 − ρ)·d², θ ← θ − η·d"
    }

    @specialized(where S == Double)
    @specialized(where S == Float)
    public func update<S: Scalar>(
        _ parameter: inout Matrix<S>, along gradient: Matrix<S>, slots: inout [Matrix<S>],
        at step: OptimizerStep
    ) {
        let (rho, rest) = (S(self.rho), S(1 - self.rho))  // In float32 a ρ near 1 is 1.
        let (rate, epsilon) = (S(step.learningRate), S(self.epsilon))
        let decay = decay.at(step)
        sweep(&parameter, gradient, &slots, 0, 1) { theta, g, v, w in
            let g = decay.apply(&theta, g)
            v = rho * v + rest * g * g
            let d = g * S.root(w + epsilon) / S.root(v + epsilon)
            w = rho * w + rest * d * d
            theta -= rate * d
        }
    }
}
