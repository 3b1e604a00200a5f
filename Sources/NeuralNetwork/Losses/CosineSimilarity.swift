/// `Lᵢ = −cos(a, y) = −Σₖ âₖ·ŷₖ`, â = a/‖a‖ and ŷ = y/‖y‖. Zeros have no direction: â of zeros is
/// taken as zeros, so that the loss is 0, and the gradient is taken as 0.
struct CosineSimilarity<S: Scalar>: SeparateLossFunction {
    func losses(_ layer: LastLayer<S>) -> [S] {
        layer.a.rowIndices.map { row in
            0 - cosine(layer, row, Length(layer.a, row), Length(layer.y, row))
        }
    }

    /// `dAₖ = (cos·âₖ − ŷₖ) / ‖a‖`.
    func gradients(_ layer: LastLayer<S>) -> (dA: Matrix<S>, dZ: Matrix<S>) {
        var dA = layer.a
        for row in dA.rowIndices {
            let (length, targetLength) = (Length(layer.a, row), Length(layer.y, row))
            let cosine = cosine(layer, row, length, targetLength)
            for k in 0..<dA.columns {
                let unit = length.unit(layer.a[row, k])
                dA[row, k] = length.unit(cosine * unit - targetLength.unit(layer.y[row, k]))
                if length.greatest == 0 { dA[row, k] = unit }  // 0, or NaN.
            }
        }
        return (dA, layer.activation.pullBack(dA, through: layer.z, layer.a))
    }

    private func cosine(_ layer: LastLayer<S>, _ row: Int, _ a: Length, _ y: Length) -> S {
        var sum: S = 0
        for k in 0..<layer.a.columns { sum += a.unit(layer.a[row, k]) * y.unit(layer.y[row, k]) }
        return sum
    }

    /// The length of a row: its greatest number, and the length of the row divided by that, so that
    /// no square overflows.
    private struct Length {
        let greatest: S
        let quotient: S

        init(_ x: Matrix<S>, _ row: Int) {
            var greatest: S = 0
            for k in 0..<x.columns { greatest = max(greatest, abs(x[row, k])) }
            var sum: S = 0
            for k in 0..<x.columns { sum += (x[row, k] / greatest) * (x[row, k] / greatest) }
            self.greatest = greatest
            quotient = sum.squareRoot()
        }

        /// x divided by the length.
        func unit(_ x: S) -> S { greatest == 0 ? x : x / greatest / quotient }
    }
}
