/// `Lᵢ = Σₖ w·rᵞ·c`, with the cross-entropy `c = −y·log p − (1 − y)·log q` of an output p = aₖ and
/// q = 1 − p weighed by how far p is from its target, `r = y·q + (1 − y)·p`, to the power γ, and by
/// its class, `w = y·α + (1 − y)·(1 − α)` or 1 (Lin et al., 2017).
struct BinaryFocalCrossentropy<S: Scalar>: SeparateLossFunction {
    /// An output's p and q = 1 − p, and what is made of them, each exact near 0.
    private struct Output {
        let p: S
        let q: S
        let minusLogP: S
        let minusLogQ: S
        let inverseP: S
        let inverseQ: S

        init(z: S) {
            (p, q) = (logistic(z), logistic(-z))
            (minusLogP, minusLogQ) = (softPlus(-z), softPlus(z))
            (inverseP, inverseQ) = (1 + S.exp(-z), 1 + S.exp(z))
        }

        init(a: S) {
            (p, q) = (a, 1 - a)
            (minusLogP, minusLogQ) = (-S.log(a), -S.log1p(-a))
            (inverseP, inverseQ) = (1 / a, 1 / (1 - a))
        }

        func crossentropy(_ y: S) -> S {
            weighted(y, by: minusLogP) + weighted(1 - y, by: minusLogQ)
        }
    }

    private let gamma: S
    private let alpha: S?
    private let isMean: Bool
    /// Whether p is σ(Z), which is A, or what A is the logit of.
    private let isOfZ: Bool
    private let isOfLogits: Bool

    init(_ activation: Activation, _ focus: Loss.Focus) {
        gamma = S(focus.gamma)
        alpha = focus.balancesClasses ? S(focus.alpha) : nil
        isMean = focus.outputs == .mean
        isOfLogits = activation == .linear && focus.fromLogits
        isOfZ = activation == .sigmoid || isOfLogits
    }

    func losses(_ layer: LastLayer<S>) -> [S] {
        func term(_ output: Output, _ y: S) -> S {
            weight(output, y, outputs: layer.y.columns) * output.crossentropy(y)
        }
        return isOfZ
            ? rowSums(layer.z, layer.y) { term(Output(z: $0), $1) }
            : rowSums(layer.a, layer.y) { term(Output(a: $0), $1) }
    }

    func gradients(_ layer: LastLayer<S>) -> (dA: Matrix<S>, dZ: Matrix<S>) {
        let n = layer.y.columns
        guard isOfZ else {
            let dA = layer.a.combined(with: layer.y) { slope(Output(a: $0), $1, outputs: n) }
            return (dA, layer.activation.pullBack(dA, through: layer.z, layer.a))
        }
        let dZ = layer.z.combined(with: layer.y) { slopeByZ(Output(z: $0), $1, outputs: n) }
        if isOfLogits { return (dZ, dZ) }
        return (layer.z.combined(with: layer.y) { slope(Output(z: $0), $1, outputs: n) }, dZ)
    }

    /// w·rᵞ, divided by the number of outputs for their mean.
    private func weight(_ output: Output, _ y: S, outputs n: Int) -> S {
        let r = y * output.q + (1 - y) * output.p
        let ofClass = alpha.map { y * $0 + (1 - y) * (1 - $0) } ?? 1
        return ofClass * S.pow(r, gamma) / (isMean ? S(n) : 1)
    }

    /// `∂/∂p = w·rᵞ·[(1 − y)/q − y/p + γ·(1 − 2y)·c/r]`; c/r is 1 in the limit where both are 0.
    private func slope(_ output: Output, _ y: S, outputs n: Int) -> S {
        let r = y * output.q + (1 - y) * output.p
        let quotient = r == 0 ? 1 : output.crossentropy(y) / r
        let ofCrossentropy =
            weighted(1 - y, by: output.inverseQ) - weighted(y, by: output.inverseP)
        return weighted(
            weight(output, y, outputs: n),
            by: ofCrossentropy + weighted(gamma, by: (1 - 2 * y) * quotient))
    }

    /// `∂/∂z = w·rᵞ·[(1 − y)·p − y·q + γ·c·(1 − 2y)·pq/r]`, with pq/r = 1/(y/p + (1 − y)/q).
    private func slopeByZ(_ output: Output, _ y: S, outputs n: Int) -> S {
        let pqOverR =
            1 / (weighted(y, by: output.inverseP) + weighted(1 - y, by: output.inverseQ))
        let ofCrossentropy = (1 - y) * output.p - y * output.q
        return weight(output, y, outputs: n)
            * (ofCrossentropy + gamma * output.crossentropy(y) * (1 - 2 * y) * pqOverR)
    }
}
