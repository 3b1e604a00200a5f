// The functions behind the activations and the losses, in forms that neither overflow nor lose
// digits, however large their argument.

/// 1 / (1 + e⁻ᶻ); at z = −1000 it is 0, never NaN.
func logistic<S: Scalar>(_ z: S) -> S {
    if z >= 0 { return 1 / (1 + S.exp(-z)) }
    let e = S.exp(z)
    return e / (1 + e)
}

/// The slope of the logistic function, σ(z)·σ(−z): exact where 1 − σ(z) would be all rounding.
func logisticSlope<S: Scalar>(_ z: S) -> S {
    let e = S.exp(-abs(z))
    return e / ((1 + e) * (1 + e))
}

/// 1 − tanh²(z), as 4e⁻²ᶻ / (1 + e⁻²ᶻ)².
func tanhSlope<S: Scalar>(_ z: S) -> S {
    4 * logisticSlope(2 * z)
}

/// log(1 + eᶻ).
func softPlus<S: Scalar>(_ z: S) -> S {
    max(z, 0) + S.log1p(S.exp(-abs(z)))
}

/// The normal distribution's Φ(z), exact in its lower tail too.
func normalDistribution<S: Scalar>(_ z: S) -> S {
    S.erfc(-z * S(0.707106781186547524400844362104849)) / 2  // 1/√2
}

/// The normal density, e^(−z²/2) / √(2π).
func normalDensity<S: Scalar>(_ z: S) -> S {
    S.exp(-z * z / 2) * S(0.398942280401432677939946059934382)
}

/// Softmax of one row: the greatest number is taken off first, so that nothing overflows.
func softmaxOfRow<S: Scalar>(_ z: UnsafeBufferPointer<S>, into a: UnsafeMutableBufferPointer<S>) {
    var greatest = -S.infinity
    for k in z.indices where z[k] > greatest { greatest = z[k] }
    var sum: S = 0
    for k in z.indices {
        let e = S.exp(z[k] - greatest)
        a.initializeElement(at: k, to: e)
        sum += e
    }
    for k in a.indices { a[k] /= sum }
}

/// `dZₖ = Aₖ·(dAₖ − Σⱼ dAⱼ·Aⱼ)`: the product of dA with softmax's whole Jacobian,
/// diag(A) − A·Aᵀ, row by row (Bridle, 1990).
///
/// A number taken off all of a row's dA makes no difference. That of the most probable output is,
/// so that its own dZ keeps its digits where its A is 1 to rounding.
func softmaxPullBack<S: Scalar>(_ dA: Matrix<S>, _ a: Matrix<S>) -> Matrix<S> {
    precondition(dA.rows == a.rows && dA.columns == a.columns)
    return Matrix(rows: a.rows, columns: a.columns) { dZ in
        for i in 0..<a.rows {
            let row = (i * a.columns)..<((i + 1) * a.columns)
            var top = row.lowerBound
            for k in row where a.elements[k] > a.elements[top] { top = k }
            var sum: S = 0
            for k in row { sum += (dA.elements[k] - dA.elements[top]) * a.elements[k] }
            for k in row {
                let difference = dA.elements[k] - dA.elements[top]
                dZ.initializeElement(at: k, to: a.elements[k] * (difference - sum))
            }
        }
    }
}
