import NeuralNetwork

/// Adagrad (Duchi, Hazan and Singer, 2011): each number's step is divided by the root of the sum of
/// its squared gradients.
///
/// Keras starts the sum at 0.1 and adds epsilon inside the root; PyTorch starts it at 0, adds
/// epsilon outside, and can let the learning rate decay.
public struct Adagrad: ElementwiseOptimizer {
    static let choice = Choice<any Optimizer>(
        "adagrad", otherNames: ["ada_grad"],
        settings: [
            .number("initial_accumulator_value", default: 0.1, in: 0...1e6)
                .inStyle("pytorch", default: 0).elsewhere(keras: "0.1", pytorch: "0"),
            .number("epsilon", default: 1e-7, in: 0...1).inStyle("pytorch", default: 1e-10)
                .elsewhere(keras: "0.0000001", pytorch: "0.0000000001"),
            .number("lr_decay", default: 0, in: 0...1e6).only(in: "pytorch"),
            .style(.keras),
            .weightDecay,
        ]
    ) {
        Adagrad(
            initialSum: $0.number("initial_accumulator_value"), epsilon: $0.number("epsilon"),
            style: $0.style, rateDecay: $0.number("lr_decay"), decay: WeightDecay($0))
    }

    public var initialSum: Double
    public var epsilon: Double
    public var style: OptimizerStyle
    public var rateDecay = 0.0
    public var decay = WeightDecay.none

    public var defaultLearningRate: Double { style == .pytorch ? 0.01 : 0.001 }
    public var slots: [Double] { [initialSum] }

    public var formula: String {
        let rate = rateDecay == 0 ? "η" : "η / (1 + (t − 1)·lr_decay)"
        let root = style == .keras ? "√(v + ε)" : "(√v + ε)"
        return decay.formula + "v ← v + g², θ ← θ − \(rate)·g / \(root)"
    }

    @specialized(where S == Double)
    @specialized(where S == Float)
    public func update<S: Scalar>(
        _ parameter: inout Matrix<S>, along gradient: Matrix<S>, slots: inout [Matrix<S>],
        at step: OptimizerStep
    ) {
        let (inside, outside): (S, S) =
            style == .keras ? (S(epsilon), 0) : (0, S(epsilon))
        let rate = S(step.learningRate / (1 + Double(step.number - 1) * rateDecay))
        let decay = decay.at(step)
        sweep(&parameter, gradient, &slots, 0) { theta, g, v in
            let g = decay.apply(&theta, g)
            v += g * g
            theta -= rate * g / (S.root(v + inside) + outside)
        }
    }
}
