/// `Lᵢ = −Σₖ yₖ·log aₖ`, the outputs one distribution over classes.
///
/// Terms whose coefficient is 0 are left out, so that 0·log 0 is 0.
struct CategoricalCrossentropy<S: Scalar>: LossFunction {
    /// What made A of Z.
    private enum Head {
        case logits, sigmoid, softmax, logSoftmax
        case other(Activation)
    }

    private let head: Head

    /// After log-softmax A is logits, which is the same as they, or log-probabilities.
    init(
        _ activation: Activation, fromLogits: Bool = false, takesLogProbabilities: Bool = false
    ) {
        head =
            switch activation {
            case .linear where fromLogits, .logSoftmax where fromLogits: .logits
            case .sigmoid: .sigmoid
            case .softmax: .softmax
            case .logSoftmax where takesLogProbabilities: .logSoftmax
            default: .other(activation)
            }
    }

    func losses(_ layer: LastLayer<S>) -> [S] {
        let targets = layer.y
        switch head {
        case .logits, .softmax, .logSoftmax:
            let log = LogSoftmax(layer.z)
            return targets.rowIndices.map { row in
                var sum: S = 0
                for k in 0..<targets.columns {
                    sum -= weighted(targets[row, k], by: log.ofProbability(row, k))
                }
                return sum
            }
        case .sigmoid:  // −log a = log(1 + e⁻ᶻ)
            return rowSums(layer.z, targets) { z, y in weighted(y, by: softPlus(-z)) }
        case .other:
            return rowSums(layer.a, targets) { a, y in -weighted(y, by: S.log(a)) }
        }
    }

    func gradients(_ layer: LastLayer<S>) -> (dA: Matrix<S>, dZ: Matrix<S>) {
        let targets = layer.y
        let z = layer.z
        switch head {
        case .logits:
            let dZ = softmaxGradients(LogSoftmax(z), Activation.softmax.evaluate(at: z), targets)
            return (dZ, dZ)
        case .softmax:
            let log = LogSoftmax(z)
            let dA = log.matrix.combined(with: targets) { logA, y in
                -weighted(y, by: S.exp(-logA))  // 1/a
            }
            return (dA, softmaxGradients(log, layer.a, targets))
        case .logSoftmax:  // A is log a.
            return (
                targets.map { 0 - $0 },
                softmaxGradients(LogSoftmax(z), Activation.softmax.evaluate(at: z), targets)
            )
        case .sigmoid:  // 1/a = 1 + e⁻ᶻ, dZ = −y·(1 − a)
            return (
                z.combined(with: targets) { z, y in -weighted(y, by: 1 + S.exp(-z)) },
                z.combined(with: targets) { z, y in -y * logistic(-z) }
            )
        case .other(let activation):
            let dA = layer.a.combined(with: targets) { a, y in -weighted(y, by: 1 / a) }
            return (dA, activation.pullBack(dA, through: z, layer.a))
        }
    }

    /// `dZₖ = aₖ·Σⱼyⱼ − yₖ`, which is A − Y for targets that add up to 1; written as
    /// aₖ·Σ_{j≠k}yⱼ − yₖ·(1 − aₖ), so that a nearly certain output keeps its digits. `a` is the
    /// softmax of Z.
    private func softmaxGradients(
        _ log: LogSoftmax<S>, _ a: Matrix<S>, _ targets: Matrix<S>
    ) -> Matrix<S> {
        Matrix(rows: targets.rows, columns: targets.columns) { dZ in
            for row in targets.rowIndices {
                var total: S = 0
                for k in 0..<targets.columns { total += targets[row, k] }
                for k in 0..<targets.columns {
                    let y = targets[row, k]
                    dZ.initializeElement(
                        at: row * targets.columns + k,
                        to: a[row, k] * (total - y)
                            - weighted(y, by: S.exp(log.ofComplement(row, k))))
                }
            }
        }
    }
}
