import NeuralNetwork

/// Gradient descent with momentum (Polyak, 1964), as three schools write it.
public struct Momentum: Optimizer {
    static let choice = Choice<any Optimizer>(
        "momentum", otherNames: ["sgd_momentum", "heavy_ball"],
        settings: [
            .number("momentum", default: 0.9, in: 0...1),
            .word("style", default: Style.keras)
                .elsewhere(keras: "keras", pytorch: "pytorch"),
        ]
    ) { Momentum(momentum: $0.number("momentum"), style: $0.word("style")) }

    /// Where the velocity takes the learning rate and the new gradient's share.
    public enum Style: String, CaseIterable, Sendable {
        /// `v ← ρ·v − η·g`, `θ ← θ + v`.
        case keras
        /// `v ← ρ·v + g`, `θ ← θ − η·v`: as Keras's while η stays the same.
        case pytorch
        /// `v ← ρ·v + (1 − ρ)·g`, `θ ← θ − η·v`: a mean, whose steps are 1 − ρ times the others'.
        case course
    }

    public static let defaultLearningRate = 0.01
    public var momentum: Double
    public var style: Style
    public let slots = 1

    public var formula: String {
        switch style {
        case .keras: "v ← ρ·v − η·g, θ ← θ + v"
        case .pytorch: "v ← ρ·v + g, θ ← θ − η·v"
        case .course: "v ← ρ·v + (1 − ρ)·g, θ ← θ − η·v"
        }
    }

    @specialized(where S == Double)
    @specialized(where S == Float)
    public func update<S: Scalar>(
        _ parameter: inout Matrix<S>, along gradient: Matrix<S>, slots: inout [Matrix<S>],
        learningRate: Double, step: Int
    ) {
        let (rate, rho) = (S(learningRate), S(momentum))
        switch style {
        case .keras:
            slots[0].update(with: gradient) { $0 = rho * $0 - rate * $1 }
            parameter.update(with: slots[0]) { $0 += $1 }
        case .pytorch:
            slots[0].update(with: gradient) { $0 = rho * $0 + $1 }
            parameter.update(with: slots[0]) { $0 -= rate * $1 }
        case .course:
            let rest = S(1 - momentum)  // In float32 a ρ near 1 is 1.
            slots[0].update(with: gradient) { $0 = rho * $0 + rest * $1 }
            parameter.update(with: slots[0]) { $0 -= rate * $1 }
        }
    }
}
