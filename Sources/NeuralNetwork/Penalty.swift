/// The L1 and L2 penalty R on the weights (never on the biases): part of the cost J, beside the
/// mean of the losses.
public struct Penalty: Equatable, Sendable {
    /// λ of Σ |W|.
    public var l1: Double
    /// λ of Σ W².
    public var l2: Double
    public var scale: Scale

    public init(l1: Double = 0, l2: Double = 0, scale: Scale) {
        self.l1 = l1
        self.l2 = l2
        self.scale = scale
    }

    /// What the sums are multiplied by.
    public enum Scale: String, CaseIterable, Sendable {
        /// λ/(2m), as in the course: the one place where a penalty's own definition has an m.
        case lambdaOver2m = "lambda/2m"
        /// λ/2, as PyTorch's `weight_decay` means it.
        case lambdaOver2 = "lambda/2"
        /// λ, as Keras's regularizers mean it.
        case lambda

        /// As text.
        public var formula: String {
            switch self {
            case .lambdaOver2m: "1/(2m)"
            case .lambdaOver2: "1/2"
            case .lambda: "1"
            }
        }
    }

    public func factor(of m: Int) -> Double {
        switch scale {
        case .lambdaOver2m: 1 / (2 * Double(m))
        case .lambdaOver2: 1 / 2
        case .lambda: 1
        }
    }

    /// R of a network, for a batch of `examples`.
    @specialized(where S == Double)
    @specialized(where S == Float)
    public func cost<S: Scalar>(of network: Network<S>, examples: Int) -> Double {
        var (absolutes, squares) = (0.0, 0.0)
        for layer in network.layers {
            for (weights, declared) in zip(layer.numbers.parameters, layer.layer.parameters)
            where declared.form.role == .weights {
                for w in weights.elements {
                    absolutes += abs(Double(w))
                    squares += Double(w) * Double(w)
                }
            }
        }
        // Where λ is 0 there is no term, though its sum may be too large for float64.
        let terms = (l1 == 0 ? 0 : l1 * absolutes) + (l2 == 0 ? 0 : l2 * squares)
        return factor(of: examples) * terms
    }

    /// ∂R/∂W of each layer's parameters, `factor·(2·λ₂·W + λ₁·sign W)`, the sign of 0 being 0; nil
    /// for a parameter that the penalty is not on.
    @specialized(where S == Double)
    @specialized(where S == Float)
    public func gradients<S: Scalar>(of network: Network<S>, examples: Int) -> [[Matrix<S>?]] {
        let twoL2 = S(2 * l2 * factor(of: examples))
        let l1 = S(l1 * factor(of: examples))
        return network.layers.map { layer in
            zip(layer.numbers.parameters, layer.layer.parameters).map { weights, declared in
                guard declared.form.role == .weights else { return nil }
                if l2 == 0 { return weights.map { w in w > 0 ? l1 : w < 0 ? -l1 : 0 } }
                return weights.map { w in twoL2 * w + (w > 0 ? l1 : w < 0 ? -l1 : 0) }
            }
        }
    }
}
