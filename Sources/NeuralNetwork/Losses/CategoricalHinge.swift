/// `Lᵢ = max(0, 1 + maxₖ (1 − yₖ)·aₖ − Σₖ yₖ·aₖ)`: the right class's output should be above every
/// other by 1.
struct CategoricalHinge<S: Scalar>: SeparateLossFunction {
    /// How much a row lacks of the margin, not above 0 where there is no loss, and the wrong class
    /// nearest to the right one, the first of equals.
    private func shortfall(_ layer: LastLayer<S>, _ row: Int) -> (amount: S, rival: Int) {
        var right: S = 0
        var wrong = -S.infinity
        var rival = 0
        for k in 0..<layer.a.columns {
            let (a, y) = (layer.a[row, k], layer.y[row, k])
            right += y * a
            if (1 - y) * a > wrong { (wrong, rival) = ((1 - y) * a, k) }
        }
        return (1 + wrong - right, rival)
    }

    func losses(_ layer: LastLayer<S>) -> [S] {
        layer.a.rowIndices.map { positivePart(shortfall(layer, $0).amount) }
    }

    func gradients(_ layer: LastLayer<S>) -> (dA: Matrix<S>, dZ: Matrix<S>) {
        var dA = layer.a
        for row in dA.rowIndices {
            let (amount, rival) = shortfall(layer, row)
            let isShort = step(amount, from: 0, to: 1)
            for k in 0..<dA.columns {
                let y = layer.y[row, k]
                dA[row, k] = weighted(isShort, by: (k == rival ? 1 - y : 0) - y)
            }
        }
        return (dA, layer.activation.pullBack(dA, through: layer.z, layer.a))
    }
}
