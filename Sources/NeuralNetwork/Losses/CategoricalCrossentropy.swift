/// `Lᵢ = −Σₖ yₖ·log aₖ`, the outputs one distribution over classes.
///
/// Terms whose coefficient is 0 are left out, so that 0·log 0 is 0.
struct CategoricalCrossentropy<S: Scalar>: LossFunction {
    /// What made A of Z.
    private enum Head {
        case logits, sigmoid, softmax, logSoftmax
        case other
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
            default: .other
            }
    }

    func evaluate(
        _ layer: LastLayer<S>, _ wanted: LossTerms<S>.Kinds, into terms: inout LossTerms<S>
    ) {
        switch head {
        case .logits, .logSoftmax:  // A is logits, or log a.
            let a = wanted.contains(.gradients) ? Activation.softmax.evaluate(at: layer.z) : layer.a
            evaluateByLogSoftmax(layer, softmax: a, wanted, &terms)
        case .softmax:
            evaluateByLogSoftmax(layer, softmax: layer.a, wanted, &terms)
        case .sigmoid:  // −log a = log(1 + e⁻ᶻ), 1/a = 1 + e⁻ᶻ, dZ = −y·(1 − a)
            let (z, y) = (layer.z, layer.y)
            if wanted.contains(.losses) {
                sumRows(z, y, { z, y in weighted(y, by: softPlus(-z)) }, into: &terms.losses)
            }
            guard wanted.contains(.gradients) else { return }
            z.combine(with: y, { z, y in -weighted(y, by: 1 + S.exp(-z)) }, into: &terms.dA)
            z.combine(with: y, { z, y in -y * logistic(-z) }, into: &terms.dZ)
        case .other:
            let (a, y) = (layer.a, layer.y)
            if wanted.contains(.losses) {
                sumRows(a, y, { a, y in -weighted(y, by: S.log(a)) }, into: &terms.losses)
            }
            guard wanted.contains(.gradients) else { return }
            terms.setGradients(of: layer) { a, y in -weighted(y, by: 1 / a) }
        }
    }

    /// Row by row, from the logarithms of Z's softmax `a`, which all terms have in common.
    private func evaluateByLogSoftmax(
        _ layer: LastLayer<S>, softmax a: Matrix<S>, _ wanted: LossTerms<S>.Kinds,
        _ terms: inout LossTerms<S>
    ) {
        let (m, n) = (layer.y.rows, layer.y.columns)
        precondition(layer.z.rows == m && layer.z.columns == n && a.rows == m && a.columns == n)
        layer.z.withNumbers { z in
            layer.y.withNumbers { y in
                a.withNumbers { a in
                    terms.rewrite(wanted, rows: m, columns: n) { losses, gradients in
                        for row in 0..<m {
                            let numbers = (row * n)..<((row + 1) * n)
                            let log = LogSoftmax.Row(UnsafeBufferPointer(rebasing: z[numbers]))
                            if let losses {
                                var sum: S = 0
                                for i in numbers {
                                    sum -= weighted(y[i], by: log.ofProbability(z[i]))
                                }
                                losses.initializeElement(at: row, to: sum)
                            }
                            guard let (dA, dZ) = gradients else { continue }
                            setGradients(of: numbers, log, z, a, y, dA, dZ)
                        }
                    }
                }
            }
        }
    }

    /// `dZₖ = aₖ·Σⱼyⱼ − yₖ`, which is A − Y for targets that add up to 1; written as
    /// aₖ·Σ_{j≠k}yⱼ − yₖ·(1 − aₖ), so that a nearly certain output keeps its digits. `a` is the
    /// softmax of Z.
    @inline(__always)
    private func setGradients(
        of row: Range<Int>, _ log: LogSoftmax<S>.Row, _ z: UnsafeBufferPointer<S>,
        _ a: UnsafeBufferPointer<S>, _ y: UnsafeBufferPointer<S>,
        _ dA: UnsafeMutableBufferPointer<S>, _ dZ: UnsafeMutableBufferPointer<S>
    ) {
        var total: S = 0
        for i in row { total += y[i] }
        for i in row {
            let complement = weighted(
                y[i], by: S.exp(log.ofComplement(z[i], i - row.lowerBound)))
            let slope = a[i] * (total - y[i]) - complement
            dZ.initializeElement(at: i, to: slope)
            switch head {
            case .softmax:  // 1/a
                dA.initializeElement(
                    at: i, to: -weighted(y[i], by: S.exp(-log.ofProbability(z[i]))))
            case .logSoftmax: dA.initializeElement(at: i, to: 0 - y[i])
            case .logits, .sigmoid, .other: dA.initializeElement(at: i, to: slope)
            }
        }
    }
}
