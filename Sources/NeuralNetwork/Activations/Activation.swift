/// The function g of a layer, A = g(Z): of each number, but for softmax, which is of each row.
public enum Activation: Sendable, Hashable {
    case linear
    case relu
    case leakyReLU(slope: Double)
    case sigmoid
    case tanh
    case softmax
    case softplus
    case elu(alpha: Double)
    case silu
    case gelu

    /// Every activation, as a caller may name and set it.
    public static let choices: [Choice<Activation>] = [
        Choice("linear", otherNames: ["identity", "none"]) { _ in .linear },
        Choice("relu", otherNames: ["rectifier"]) { _ in .relu },
        Choice(
            "leaky_relu", otherNames: ["leakyrelu", "lrelu"],
            settings: [.number("slope", default: 0.01, in: 0...1)]
        ) { .leakyReLU(slope: $0.number("slope")) },
        Choice("sigmoid", otherNames: ["logistic", "expit"]) { _ in .sigmoid },
        Choice("tanh") { _ in .tanh },
        Choice("softmax") { _ in .softmax },
        Choice("softplus") { _ in .softplus },
        Choice("elu", settings: [.number("alpha", default: 1, in: 0...100)]) {
            .elu(alpha: $0.number("alpha"))
        },
        Choice("silu", otherNames: ["swish"]) { _ in .silu },
        Choice("gelu") { _ in .gelu },
    ]

    /// The function, as text.
    public var formula: String {
        switch self {
        case .linear: "A = Z"
        case .relu: "A = max(Z, 0)"
        case .leakyReLU(let slope): "A = Z where Z > 0, \(slope)·Z elsewhere"
        case .sigmoid: "A = 1 / (1 + e^(−Z))"
        case .tanh: "A = tanh Z"
        case .softmax: "Aₖ = e^Zₖ / Σⱼ e^Zⱼ"
        case .softplus: "A = log(1 + e^Z)"
        case .elu(let alpha): "A = Z where Z > 0, \(alpha)·(e^Z − 1) elsewhere"
        case .silu: "A = Z / (1 + e^(−Z))"
        case .gelu: "A = Z·Φ(Z), Φ the normal distribution"
        }
    }

    /// Forward: `A = g(Z)`.
    public func evaluate<S: Scalar>(at z: Matrix<S>) -> Matrix<S> {
        switch self {
        case .linear: return z
        case .relu: return z.map { $0 <= 0 ? 0 : $0 }  // NaN stays NaN.
        case .leakyReLU(let slope):
            let slope = S(slope)
            return z.map { $0 > 0 ? $0 : slope * $0 }
        case .sigmoid: return z.map(logistic)
        case .tanh: return z.map(S.tanh)
        case .softmax: return z.mapRows(softmaxOfRow)
        case .softplus: return z.map(softPlus)
        case .elu(let alpha):
            let alpha = S(alpha)
            return z.map { $0 > 0 ? $0 : alpha * S.expm1($0) }
        case .silu: return z.map { $0 * logistic($0) }
        case .gelu: return z.map { $0 * normalDistribution($0) }
        }
    }

    /// Backward: `dZ` from `dA`, for `A = g(Z)`; `dZ = dA ∘ g′(Z)`, but for softmax. At a kink the
    /// slope is that on its left.
    public func pullBack<S: Scalar>(
        _ dA: Matrix<S>, through z: Matrix<S>, _ a: Matrix<S>
    ) -> Matrix<S> {
        switch self {
        case .linear: return dA
        case .relu: return dA.combined(with: z) { $1 > 0 ? $0 : 0 }
        case .leakyReLU(let slope):
            let slope = S(slope)
            return dA.combined(with: z) { $1 > 0 ? $0 : slope * $0 }
        case .sigmoid: return dA.combined(with: z) { $0 * logisticSlope($1) }
        case .tanh: return dA.combined(with: z) { $0 * tanhSlope($1) }
        case .softmax: return softmaxPullBack(dA, a)
        case .softplus: return dA.combined(with: z) { $0 * logistic($1) }
        case .elu(let alpha):
            let alpha = S(alpha)
            return dA.combined(with: z) { $1 > 0 ? $0 : $0 * alpha * S.exp($1) }
        case .silu:
            return dA.combined(with: z) { $0 * logistic($1) * (1 + $1 * logistic(-$1)) }
        case .gelu:
            return dA.combined(with: z) { $0 * (normalDistribution($1) + $1 * normalDensity($1)) }
        }
    }

    /// The tangent of A from that of Z: the Jacobian of each of these is symmetric.
    public func pushForward<S: Scalar>(
        _ dZ: Matrix<S>, through z: Matrix<S>, _ a: Matrix<S>
    ) -> Matrix<S> {
        pullBack(dZ, through: z, a)
    }
}
