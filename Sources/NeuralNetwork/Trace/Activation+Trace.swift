extension Activation {
    /// A = g(Z), of a layer counted from 1.
    func forward(layer: Int) -> Expression {
        let (left, right) = FormulaText.equation(formula, names: names(layer))
        return .equation(left, right)
    }

    /// dZ from dA, of a layer counted from 1.
    func backward(layer: Int) -> Expression {
        let (left, right) = FormulaText.equation(backwardFormula, names: names(layer))
        return .equation(left, right)
    }

    private func names(_ layer: Int) -> [String: Expression.Symbol] {
        Dictionary(
            uniqueKeysWithValues: ["Z", "A", "dZ", "dA"].map { ($0, .init($0, layer)) })
    }

    /// dZ from dA, as text; σ is the sigmoid.
    public var backwardFormula: String {
        switch self {
        case .linear: "dZ = dA"
        case .relu, .celu(alpha: 0): "dZ = dA where Z > 0, 0 elsewhere"
        case .leakyReLU(let slope): "dZ = dA where Z > 0, \(slope)·dA elsewhere"
        case .sigmoid: "dZ = dA∘A∘(1 − A)"
        case .tanh: "dZ = dA∘(1 − A²)"
        case .softmax: "dZₖ = Aₖ·(dAₖ − Σⱼ dAⱼ·Aⱼ)"
        case .softplus: "dZ = dA∘σ(Z)"
        case .elu(let alpha): "dZ = dA where Z > 0, \(alpha)·dA∘e^Z elsewhere"
        case .silu: "dZ = dA∘σ(Z)∘(1 + Z∘(1 − σ(Z)))"
        case .gelu(approximate: false): "dZ = dA∘(Φ(Z) + Z∘φ(Z)), φ the density of Φ"
        case .gelu(approximate: true):
            "dZ = ½·dA∘(1 + t + Z∘(1 − t²)·√(2/π)∘(1 + 0.134145·Z²)), "
                + "t = tanh(√(2/π)·(Z + 0.044715·Z³))"
        case .selu: "dZ = λ·dA where Z > 0, λ·α·dA∘e^Z elsewhere"
        case .celu(let alpha): "dZ = dA where Z > 0, dA∘e^(Z/\(alpha)) elsewhere"
        case .relu6: "dZ = dA where 0 < Z ≤ 6, 0 elsewhere"
        case .hardTanh: "dZ = dA where −1 < Z ≤ 1, 0 elsewhere"
        case .hardSigmoid: "dZ = dA/6 where −3 < Z ≤ 3, 0 elsewhere"
        case .hardSiLU:
            "dZ = dA∘(Z/3 + 1/2) where −3 < Z ≤ 3, dA where Z > 3, 0 elsewhere"
        case .softsign: "dZ = dA / (1 + |Z|)²"
        case .mish: "dZ = dA∘(t + Z∘(1 − t²)∘σ(Z)), t = tanh(log(1 + e^Z))"
        case .logSoftmax: "dZₖ = dAₖ − softmax(Z)ₖ·Σⱼ dAⱼ"
        }
    }
}
