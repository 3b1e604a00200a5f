/// The function g of a layer, A = g(Z): of each number, but for softmax and log-softmax, which are
/// of each row.
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
    /// With Φ itself, or with the approximation by tanh that BERT and GPT-2 were trained with.
    case gelu(approximate: Bool = false)
    case selu
    case celu(alpha: Double)
    case relu6
    case hardTanh
    case hardSigmoid
    case hardSiLU
    case softsign
    case mish
    case logSoftmax

    /// Every activation, as a caller may name and set it.
    public static let choices: [Choice<Activation>] = [
        Choice("linear", otherNames: ["identity", "none"]) { _ in .linear },
        Choice("relu", otherNames: ["rectifier"]) { _ in .relu },
        Choice(
            "leaky_relu", otherNames: ["leakyrelu", "lrelu"],
            settings: [
                .number("slope", default: 0.01, in: 0...1)
                    .elsewhere(keras: "0.3", pytorch: "0.01")
            ]
        ) { .leakyReLU(slope: $0.number("slope")) },
        Choice("sigmoid", otherNames: ["logistic", "expit"]) { _ in .sigmoid },
        Choice("tanh") { _ in .tanh },
        Choice("softmax") { _ in .softmax },
        Choice("softplus") { _ in .softplus },
        Choice("elu", settings: [.number("alpha", default: 1, in: 0...100)]) {
            .elu(alpha: $0.number("alpha"))
        },
        Choice("silu", otherNames: ["swish"]) { _ in .silu },
        Choice("gelu", settings: [.flag("approximate", default: false)]) {
            .gelu(approximate: $0.flag("approximate"))
        },
        Choice("selu") { _ in .selu },
        Choice("celu", settings: [.number("alpha", default: 1, in: 0...100)]) {
            .celu(alpha: $0.number("alpha"))
        },
        Choice("relu6", otherNames: ["relu_6"]) { _ in .relu6 },
        Choice("hard_tanh", otherNames: ["hardtanh"]) { _ in .hardTanh },
        Choice("hard_sigmoid", otherNames: ["hardsigmoid"]) { _ in .hardSigmoid },
        Choice("hard_silu", otherNames: ["hardsilu", "hard_swish", "hardswish"]) { _ in .hardSiLU },
        Choice("softsign", otherNames: ["soft_sign"]) { _ in .softsign },
        Choice("mish") { _ in .mish },
        Choice("log_softmax", otherNames: ["logsoftmax"]) { _ in .logSoftmax },
    ]

    /// Whether each number of A depends on the number of Z at its own place alone.
    public var isElementwise: Bool { self != .softmax && self != .logSoftmax }

    /// The function, as text.
    public var formula: String {
        switch self {
        case .linear: "A = Z"
        case .relu, .celu(alpha: 0): "A = max(Z, 0)"
        case .leakyReLU(let slope): "A = Z where Z > 0, \(slope)·Z elsewhere"
        case .sigmoid: "A = 1 / (1 + e^(−Z))"
        case .tanh: "A = tanh Z"
        case .softmax: "Aₖ = e^Zₖ / Σⱼ e^Zⱼ"
        case .softplus: "A = log(1 + e^Z)"
        case .elu(let alpha): "A = Z where Z > 0, \(alpha)·(e^Z − 1) elsewhere"
        case .silu: "A = Z / (1 + e^(−Z))"
        case .gelu(approximate: false): "A = Z∘Φ(Z), Φ the normal distribution"
        case .gelu(approximate: true): "A = ½·Z∘(1 + tanh(√(2/π)·(Z + 0.044715·Z³)))"
        case .selu:
            "A = λ·Z where Z > 0, λ·α·(e^Z − 1) elsewhere, "
                + "λ = 1.0507009873554805, α = 1.6732632423543772"
        case .celu(let alpha): "A = Z where Z > 0, \(alpha)·(e^(Z/\(alpha)) − 1) elsewhere"
        case .relu6: "A = min(max(Z, 0), 6)"
        case .hardTanh: "A = min(max(Z, −1), 1)"
        case .hardSigmoid: "A = min(max(Z/6 + 1/2, 0), 1)"
        case .hardSiLU: "A = Z∘min(max(Z/6 + 1/2, 0), 1)"
        case .softsign: "A = Z / (1 + |Z|)"
        case .mish: "A = Z∘tanh(log(1 + e^Z))"
        case .logSoftmax: "Aₖ = Zₖ − log Σⱼ e^Zⱼ"
        }
    }
}
