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
func softmaxPullBack<S: Scalar>(_ dA: Matrix<S>, _ a: Matrix<S>, into dZ: inout Matrix<S>) {
    precondition(dA.rows == a.rows && dA.columns == a.columns)
    dZ.rewrite(rows: a.rows, columns: a.columns) { dZ in
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

/// `dZₖ = dAₖ − pₖ·Σⱼ dAⱼ`, p the softmax of Z; written as dAₖ·(1 − pₖ) − pₖ·Σ_{j≠k} dAⱼ, so that
/// a nearly certain output keeps its digits.
func logSoftmaxPullBack<S: Scalar>(_ dA: Matrix<S>, _ z: Matrix<S>) -> Matrix<S> {
    precondition(dA.rows == z.rows && dA.columns == z.columns)
    let log = LogSoftmax(z)
    var dZ = dA
    for row in z.rowIndices {
        let top = log.mostProbable(row)
        var others: S = 0  // Σ dAⱼ over all but the most probable.
        for j in 0..<z.columns where j != top { others += dA[row, j] }
        for k in 0..<z.columns {
            let p = S.exp(log.ofProbability(row, k))
            let rest = k == top ? others : others - dA[row, k] + dA[row, top]
            dZ[row, k] = dA[row, k] * S.exp(log.ofComplement(row, k)) - p * rest
        }
    }
    return dZ
}

/// `dAₖ = dZₖ − Σⱼ pⱼ·dZⱼ`, p the softmax of Z.
///
/// A number taken off all of a row's dZ makes no difference. That of the most probable output is,
/// so that its own dA keeps its digits.
func logSoftmaxPushForward<S: Scalar>(_ dZ: Matrix<S>, _ z: Matrix<S>) -> Matrix<S> {
    precondition(dZ.rows == z.rows && dZ.columns == z.columns)
    let log = LogSoftmax(z)
    var dA = dZ
    for row in z.rowIndices {
        let top = dZ[row, log.mostProbable(row)]
        var sum: S = 0
        for j in 0..<z.columns { sum += S.exp(log.ofProbability(row, j)) * (dZ[row, j] - top) }
        for k in 0..<z.columns { dA[row, k] = dZ[row, k] - top - sum }
    }
    return dA
}
