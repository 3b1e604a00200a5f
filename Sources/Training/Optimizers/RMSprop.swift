import NeuralNetwork

/// RMSprop (Hinton, 2012): each number's step is divided by the root of the mean of its squared
/// gradients.
///
/// Keras adds epsilon inside the root, and its momentum is of steps; PyTorch and the course add it
/// outside, and PyTorch's momentum is of what the learning rate multiplies. `centered` takes the
/// square of the mean gradient off, which leaves the variance (Graves, 2013).
public struct RMSprop: ElementwiseOptimizer {
    static let choice = Choice<any Optimizer>(
        "rmsprop", otherNames: ["rms_prop"],
        settings: [
            .number("rho", default: 0.9, in: 0...0.999_999_999).inStyle("pytorch", default: 0.99)
                .elsewhere(keras: "0.9", pytorch: "0.99, which PyTorch writes as alpha"),
            .number("epsilon", default: 1e-7, in: 0...1).inStyle("pytorch", default: 1e-8)
                .inStyle("course", default: 1e-8)
                .elsewhere(keras: "0.0000001", pytorch: "0.00000001"),
            .number("momentum", default: 0, in: 0...1).only(in: "keras", "pytorch"),
            .flag("centered", default: false).only(in: "keras", "pytorch"),
            .style(.keras, among: OptimizerStyle.allCases),
            .weightDecay,
        ]
    ) {
        RMSprop(
            rho: $0.number("rho"), epsilon: $0.number("epsilon"), style: $0.style,
            momentum: $0.number("momentum"), isCentered: $0.flag("centered"),
            decay: WeightDecay($0))
    }

    public var rho: Double
    public var epsilon: Double
    public var style: OptimizerStyle
    public var momentum = 0.0
    public var isCentered = false
    public var decay = WeightDecay.none

    public var defaultLearningRate: Double { style == .pytorch ? 0.01 : 0.001 }
    /// v, then the mean gradient, then the momentum's u, as far as they are there.
    public var slots: [Double] {
        [0] + (isCentered ? [0] : []) + (momentum > 0 ? [0] : [])
    }

    public var formula: String {
        let mean = isCentered ? "c ← ρ·c + (1 − ρ)·g, " : ""
        let square = isCentered ? "v − c²" : "v"
        let root = style == .keras ? "√(\(square) + ε)" : "(√(\(square)) + ε)"
        let step =
            switch (style == .keras, momentum > 0) {
            case (_, false): "θ ← θ − η·g / \(root)"
            case (true, true): "u ← μ·u + η·g / \(root), θ ← θ − u"
            case (false, true): "u ← μ·u + g / \(root), θ ← θ − η·u"
            }
        return decay.formula + "v ← ρ·v + (1 − ρ)·g², " + mean + step
    }

    @specialized(where S == Double)
    @specialized(where S == Float)
    public func update<S: Scalar>(
        _ parameter: inout Matrix<S>, along gradient: Matrix<S>, slots: inout [Matrix<S>],
        at step: OptimizerStep
    ) {
        let (rho, rest) = (S(self.rho), S(1 - self.rho))  // In float32 a ρ near 1 is 1.
        let (inside, outside): (S, S) =
            style == .keras ? (S(epsilon), 0) : (0, S(epsilon))
        let rate = S(step.learningRate)
        let (rateBefore, rateAfter): (S, S) = style == .keras ? (rate, 1) : (1, rate)
        let mu = S(momentum)
        let decay = decay.at(step)
        switch (isCentered, momentum > 0) {
        case (false, false):
            sweep(&parameter, gradient, &slots, 0) { theta, g, v in
                let g = decay.apply(&theta, g)
                v = rho * v + rest * g * g
                theta -= rate * g / (S.root(v + inside) + outside)
            }
        case (false, true):
            sweep(&parameter, gradient, &slots, 0, 1) { theta, g, v, u in
                let g = decay.apply(&theta, g)
                v = rho * v + rest * g * g
                u = mu * u + rateBefore * g / (S.root(v + inside) + outside)
                theta -= rateAfter * u
            }
        case (true, false):
            sweep(&parameter, gradient, &slots, 0, 1) { theta, g, v, c in
                let g = decay.apply(&theta, g)
                v = rho * v + rest * g * g
                c = rho * c + rest * g
                theta -= rate * g / (S.root(v - c * c + inside) + outside)
            }
        case (true, true):
            sweep(&parameter, gradient, &slots, 0, 1, 2) { theta, g, v, c, u in
                let g = decay.apply(&theta, g)
                v = rho * v + rest * g * g
                c = rho * c + rest * g
                u = mu * u + rateBefore * g / (S.root(v - c * c + inside) + outside)
                theta -= rateAfter * u
            }
        }
    }
}
