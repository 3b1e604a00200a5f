import NeuralNetwork

/// Keeps the gradients of a step from being too great.
public enum Clipping: Sendable, Hashable {
    /// Each number between −limit and limit, as Keras's `clipvalue` and PyTorch's
    /// `clip_grad_value_`.
    case value(Double)
    /// Each parameter's gradient by itself shortened to the limit where its norm is greater, as
    /// Keras's `clipnorm`.
    case norm(Double)
    /// All gradients together shortened to the limit where the norm of all of them is greater
    /// (Pascanu, Mikolov and Bengio, 2013), as Keras's `global_clipnorm` and PyTorch's
    /// `clip_grad_norm_`. PyTorch divides by the norm + 10⁻⁶; here it is the norm, as in Keras.
    case globalNorm(Double)

    /// The rule, as text; g the gradient of one parameter, G those of all.
    public var formula: String {
        switch self {
        case .value: "g ← min(max(g, −limit), limit), each number by itself"
        case .norm: "g ← g·limit / max(‖g‖₂, limit), each parameter by itself"
        case .globalNorm: "g ← g·limit / max(‖G‖₂, limit), ‖G‖₂ = √(Σ ‖g‖₂²) over all parameters"
        }
    }

    /// Clips in place the gradients of the parameters, as an optimizer takes them.
    ///
    /// `globalNorm` is theirs before, where the caller has it already. Gradients that are not
    /// finite have no direction to shorten, and a norm leaves them as they are.
    public func clip<S: Scalar>(_ gradients: inout Gradients<S>, globalNorm: Double? = nil) {
        switch self {
        case .value(let limit):
            gradients.changeParameters { $0.clamp(to: limit) }
        case .norm(let limit):
            gradients.changeParameters { $0.shorten(from: $0.norm(), to: limit) }
        case .globalNorm(let limit):
            let norm = globalNorm ?? gradients.globalNorm
            gradients.changeParameters { $0.shorten(from: norm, to: limit) }
        }
    }
}

/// Every clipping, as a caller may name and set it.
public let clippings: [Choice<Clipping>] = [
    Choice("value", otherNames: ["clipvalue", "clip_value", "clip_by_value"], settings: [limit]) {
        .value($0.number("limit"))
    },
    Choice("norm", otherNames: ["clipnorm", "clip_by_norm"], settings: [limit]) {
        .norm($0.number("limit"))
    },
    Choice(
        "global_norm",
        otherNames: ["global_clipnorm", "clip_norm", "clip_grad_norm", "clip_by_global_norm"],
        settings: [limit]
    ) { .globalNorm($0.number("limit")) },
]

private let limit = Setting.number("limit", default: 1, in: 1e-12...1e12)

extension Gradients {
    /// ‖g‖₂ of the gradient of each parameter of each layer, in float64.
    public var norms: [[Double]] {
        layers.map { layer in layer.parameters.map { $0.norm() } }
    }

    /// ‖G‖₂ of the gradients of all parameters together.
    public var globalNorm: Double {
        let norms = norms.flatMap { $0 }
        return Matrix(rows: 1, columns: norms.count, elements: norms).norm()
    }

    fileprivate mutating func changeParameters(_ change: (inout Matrix<S>) -> Void) {
        for layer in layers.indices {
            for index in layers[layer].parameters.indices {
                change(&layers[layer].parameters[index])
            }
        }
    }
}

extension Matrix {
    fileprivate mutating func shorten(from norm: Double, to limit: Double) {
        if norm > limit && norm.isFinite { scale(by: limit / norm) }
    }
}
