/// `Lᵢ = Σₖ yₖ·log(yₖ/aₖ)`: the cross-entropy without that of the targets themselves, which no
/// derivative by A has in it (Kullback and Leibler, 1951).
///
/// After log-softmax A is log-probabilities, as PyTorch takes them: `Lᵢ = Σₖ yₖ·(log yₖ − aₖ)`.
struct KLDivergence<S: Scalar>: LossFunction {
    private let crossentropy: CategoricalCrossentropy<S>

    init(_ activation: Activation) {
        crossentropy = CategoricalCrossentropy(activation, takesLogProbabilities: true)
    }

    func evaluate(
        _ layer: LastLayer<S>, _ wanted: LossTerms<S>.Kinds, into terms: inout LossTerms<S>
    ) {
        crossentropy.evaluate(layer, wanted, into: &terms)
        guard wanted.contains(.losses) else { return }
        let ownTerms = rowSums(layer.y, layer.y) { y, _ in weighted(y, by: S.log(y)) }
        for (row, own) in ownTerms.enumerated() { terms.losses[row] += own }
    }
}
