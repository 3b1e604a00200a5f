import NeuralNetwork

/// Gradient descent with momentum (Polyak, 1964), or Nesterov's (Sutskever et al., 2013), as three
/// schools write it.
///
/// | style     | velocity               | step           | step by Nesterov       |
/// | --------- | ---------------------- | -------------- | ---------------------- |
/// | `keras`   | `v ← ρ·v − η·g`        | `θ ← θ + v`    | `θ ← θ + ρ·v − η·g`    |
/// | `pytorch` | `v ← ρ·v + g`          | `θ ← θ − η·v`  | `θ ← θ − η·(g + ρ·v)`  |
/// | `course`  | `v ← ρ·v + (1 − ρ)·g`  | `θ ← θ − η·v`  | `θ ← θ − η·((1 − ρ)·g + ρ·v)` |
///
/// Keras's and PyTorch's are the same while η stays the same; the course's velocity is a mean, so
/// that its steps are 1 − ρ times the others'.
public struct Momentum: ElementwiseOptimizer {
    public typealias Style = OptimizerStyle

    static let choice = Choice<any Optimizer>(
        "momentum", otherNames: ["sgd_momentum", "heavy_ball", "nesterov", "nag"],
        settings: [
            .number("momentum", default: 0.9, in: 0...1),
            .flag("nesterov", default: false),
            .style(.keras, among: Style.allCases),
            .weightDecay,
        ]
    ) {
        Momentum(
            momentum: $0.number("momentum"), style: $0.style, isNesterov: $0.flag("nesterov"),
            decay: WeightDecay($0))
    }

    public var momentum: Double
    public var style: Style
    public var isNesterov = false
    public var decay = WeightDecay.none
    public var defaultLearningRate: Double { style == .pytorch ? 0.001 : 0.01 }
    public var slots: [Double] { [0] }

    public var formula: String {
        let rule =
            switch style {
            case .keras: "v ← ρ·v − η·g, " + (isNesterov ? "θ ← θ + ρ·v − η·g" : "θ ← θ + v")
            case .pytorch: "v ← ρ·v + g, " + (isNesterov ? "θ ← θ − η·(g + ρ·v)" : "θ ← θ − η·v")
            case .course:
                "v ← ρ·v + (1 − ρ)·g, "
                    + (isNesterov ? "θ ← θ − η·((1 − ρ)·g + ρ·v)" : "θ ← θ − η·v")
            }
        return decay.formula + rule
    }

    @specialized(where S == Double)
    @specialized(where S == Float)
    public func update<S: Scalar>(
        _ parameter: inout Matrix<S>, along gradient: Matrix<S>, slots: inout [Matrix<S>],
        at step: OptimizerStep
    ) {
        let rho = S(momentum)
        let decay = decay.at(step)
        // v takes `share` of g, and θ falls by `rate` of v.
        let share: S =
            switch style {
            case .keras: S(-step.learningRate)
            case .pytorch: 1
            case .course: S(1 - momentum)  // In float32 a ρ near 1 is 1.
            }
        let rate: S = style == .keras ? -1 : S(step.learningRate)
        if isNesterov {
            sweep(&parameter, gradient, &slots, 0) { theta, g, v in
                let g = share * decay.apply(&theta, g)
                v = rho * v + g
                theta -= rate * (g + rho * v)
            }
        } else {
            sweep(&parameter, gradient, &slots, 0) { theta, g, v in
                v = rho * v + share * decay.apply(&theta, g)
                theta -= rate * v
            }
        }
    }
}
