/// The logarithms of softmax's probabilities and of their complements, from Z, by log-sum-exp.
///
/// With z₁ the greatest of a row and r = Σ_{k≠1} e^(zₖ − z₁): log aₖ = zₖ − z₁ − log(1 + r) and
/// log(1 − a₁) = log r − log(1 + r), both exact however certain the row is.
struct LogSoftmax<S: Scalar> {
    private let z: Matrix<S>
    private let rows: [Row]

    private struct Row {
        let top: Int
        let greatest: S
        /// The next, and the logarithm of r relative to it.
        let second: S
        let logRest: S
        /// log(1 + r), which is −log a₁.
        let log1PlusR: S
        /// log(1 − a₁).
        let logComplement: S

        @inline(__always)
        init(_ z: UnsafeBufferPointer<S>) {
            var top = 0
            for k in z.indices where z[k] > z[top] { top = k }
            var second = -S.infinity
            for k in z.indices where k != top && z[k] > second { second = z[k] }
            var rest: S = 0  // Relative to the second, so that it does not underflow.
            for k in z.indices where k != top { rest += S.exp(z[k] - second) }
            (self.top, self.second) = (top, second)
            greatest = z[top]
            logRest = S.log(rest)
            let logR = z.count > 1 ? second - greatest + logRest : -S.infinity
            log1PlusR = S.log1p(S.exp(logR))
            logComplement = logR - log1PlusR
        }
    }

    init(_ z: Matrix<S>) {
        self.z = z
        rows = z.withNumbers { numbers in
            z.rowIndices.map { row in
                Row(
                    UnsafeBufferPointer(
                        rebasing: numbers[(row * z.columns)..<((row + 1) * z.columns)]))
            }
        }
    }

    /// log A, of every number.
    var matrix: Matrix<S> {
        Matrix(rows: z.rows, columns: z.columns) { result in
            for row in z.rowIndices {
                for k in 0..<z.columns {
                    result.initializeElement(
                        at: row * z.columns + k, to: ofProbability(row, k))
                }
            }
        }
    }

    /// The output with the greatest probability.
    func mostProbable(_ row: Int) -> Int { rows[row].top }

    /// log aₖ.
    func ofProbability(_ row: Int, _ k: Int) -> S {
        z[row, k] - rows[row].greatest - rows[row].log1PlusR
    }

    /// log(1 − aₖ).
    func ofComplement(_ row: Int, _ k: Int) -> S {
        k == rows[row].top ? rows[row].logComplement : S.log1p(-S.exp(ofProbability(row, k)))
    }

    /// log(aₖ/(1 − a₁)), for another output than the most probable: of differences that do not
    /// overflow when that to the greatest does.
    func ofShareOfRest(_ row: Int, _ k: Int) -> S {
        z[row, k] - rows[row].second - rows[row].logRest
    }
}

extension Matrix {
    var rowIndices: Range<Int> { 0..<rows }
}
