/// `Lᵢ = Σₖ yₖ·log(yₖ/aₖ)`: the cross-entropy without that of the targets themselves, which no
/// derivative by A has in it (Kullback and Leibler, 1951).
///
/// After log-softmax A is log-probabilities, as PyTorch takes them: `Lᵢ = Σₖ yₖ·(log yₖ − aₖ)`.
struct KLDivergence<S: Scalar>: LossFunction {
    private let crossentropy: CategoricalCrossentropy<S>

    init(_ activation: Activation) {
        crossentropy = CategoricalCrossentropy(activation, takesLogProbabilities: true)
    }

    func losses(_ layer: LastLayer<S>) -> [S] {
        let ownTerms = rowSums(layer.y, layer.y) { y, _ in weighted(y, by: S.log(y)) }
        return zip(crossentropy.losses(layer), ownTerms).map { $0 + $1 }
    }

    func gradients(_ layer: LastLayer<S>) -> (dA: Matrix<S>, dZ: Matrix<S>) {
        crossentropy.gradients(layer)
    }
}
