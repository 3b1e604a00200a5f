/// `Lᵢ = −Σₖ [yₖ·log aₖ + (1 − yₖ)·log(1 − aₖ)]`, each output a probability of its own.
///
/// Terms whose coefficient is 0 are left out, so that 0·log 0 is 0.
struct BinaryCrossentropy<S: Scalar>: LossFunction {
    /// What made A of Z.
    private enum Head {
        case logits, sigmoid, softmax
        case other
    }

    private let head: Head
    private let outputs: Loss.OutputReduction

    init(_ activation: Activation, fromLogits: Bool, outputs: Loss.OutputReduction) {
        self.outputs = outputs
        head =
            switch activation {
            case .linear where fromLogits: .logits
            case .sigmoid: .sigmoid
            case .softmax: .softmax
            default: .other
            }
    }

    /// What the terms of `n` outputs are divided by.
    private func divisor(_ n: Int) -> S { outputs == .mean ? S(n) : 1 }

    func evaluate(
        _ layer: LastLayer<S>, _ wanted: LossTerms<S>.Kinds, into terms: inout LossTerms<S>
    ) {
        if wanted.contains(.losses) { losses(layer, &terms.losses) }
        if wanted.contains(.gradients) { gradients(layer, &terms) }
    }

    private func losses(_ layer: LastLayer<S>, _ losses: inout [S]) {
        let (z, a, y) = (layer.z, layer.a, layer.y)
        let n = divisor(y.columns)
        switch head {
        case .logits, .sigmoid:  // −log a = log(1 + e⁻ᶻ), −log(1 − a) = log(1 + eᶻ)
            let term = { (z: S, y: S) in
                (weighted(y, by: softPlus(-z)) + weighted(1 - y, by: softPlus(z))) / n
            }
            sumRows(z, y, term, into: &losses)
        case .softmax:
            let log = LogSoftmax(z)
            losses = y.rowIndices.map { row in
                var sum: S = 0
                for k in 0..<y.columns {
                    let y = y[row, k]
                    sum -= weighted(y, by: log.ofProbability(row, k))
                    sum -= weighted(1 - y, by: log.ofComplement(row, k))
                }
                return sum / n
            }
        case .other:
            let term = { (a: S, y: S) in
                -(weighted(y, by: S.log(a)) + weighted(1 - y, by: S.log1p(-a))) / n
            }
            sumRows(a, y, term, into: &losses)
        }
    }

    private func gradients(_ layer: LastLayer<S>, _ terms: inout LossTerms<S>) {
        let (z, y) = (layer.z, layer.y)
        let n = divisor(y.columns)
        // A − Y with the digits that 1 − a would lose: (1 − y)·σ(z) − y·σ(−z).
        let difference = { (z: S, y: S) in ((1 - y) * logistic(z) - y * logistic(-z)) / n }
        switch head {
        case .logits:
            terms.dA = .empty  // It is dZ too.
            z.combine(with: y, difference, into: &terms.dZ)
            terms.dA = terms.dZ
        case .sigmoid:  // 1/a = 1 + e⁻ᶻ, 1/(1 − a) = 1 + eᶻ
            let slope = { (z: S, y: S) in
                (weighted(1 - y, by: 1 + S.exp(z)) - weighted(y, by: 1 + S.exp(-z))) / n
            }
            z.combine(with: y, slope, into: &terms.dA)
            z.combine(with: y, difference, into: &terms.dZ)
        case .softmax:
            (terms.dA, terms.dZ) = softmaxGradients(z, y, n)
        case .other:
            terms.setGradients(of: layer) { a, y in
                (weighted(1 - y, by: 1 / (1 - a)) - weighted(y, by: 1 / a)) / n
            }
        }
    }

    /// After softmax, with uₖ = aₖ·dAₖ = −yₖ + (1 − yₖ)·aₖ/(1 − aₖ):
    /// `dZⱼ = uⱼ·(1 − aⱼ) − aⱼ·Σ_{k≠j} uₖ`. Only the most probable output can have 1 − aₖ near 0;
    /// its aⱼ·aₖ/(1 − aₖ) is taken as aₖ times the share of aⱼ in what is left, which never overflows.
    private func softmaxGradients(
        _ z: Matrix<S>, _ targets: Matrix<S>, _ n: S
    ) -> (dA: Matrix<S>, dZ: Matrix<S>) {
        let log = LogSoftmax(z)
        var dA = targets
        var dZ = targets
        for row in targets.rowIndices {
            let top = log.mostProbable(row)
            var restOfU: S = 0  // Σ uₖ over all but the most probable.
            for k in 0..<targets.columns {
                let y = targets[row, k]
                let inverse = S.exp(-log.ofProbability(row, k))
                let inverseOfComplement = S.exp(-log.ofComplement(row, k))
                dA[row, k] =
                    (weighted(1 - y, by: inverseOfComplement) - weighted(y, by: inverse)) / n
                if k != top {
                    let a = S.exp(log.ofProbability(row, k))
                    restOfU += (1 - y) * a / (1 - a) - y
                }
            }
            let aTop = S.exp(log.ofProbability(row, top))
            let restOfA = S.exp(log.ofComplement(row, top))
            let yTop = targets[row, top]
            for j in 0..<targets.columns {
                let y = targets[row, j]
                if targets.columns == 1 {
                    dZ[row, j] = 0  // A is 1 whatever Z is.
                } else if j == top {
                    dZ[row, j] = ((1 - y) * aTop - y * restOfA - aTop * restOfU) / n
                } else {
                    let a = S.exp(log.ofProbability(row, j))
                    let u = (1 - y) * a / (1 - a) - y
                    let share = S.exp(log.ofShareOfRest(row, j))
                    let fromTop = (1 - yTop) * aTop * share - yTop * a
                    dZ[row, j] = (u * (1 - a) - a * (restOfU - u) - fromTop) / n
                }
            }
        }
        return (dA, dZ)
    }
}
