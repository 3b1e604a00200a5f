/// The logarithms of softmax's probabilities and of their complements, from Z, by log-sum-exp.
///
/// With z₁ the greatest of a row and r = Σ_{k≠1} e^(zₖ − z₁): log aₖ = zₖ − z₁ − log(1 + r) and
/// log(1 − a₁) = log r − log(1 + r), both exact however certain the row is.
struct LogSoftmax<S: Scalar> {
    private let z: Matrix<S>
    private let rows: [Row]

    /// What the logarithms of one row have in common.
    struct Row {
        /// The output with the greatest probability.
        let top: Int
        fileprivate let greatest: S
        /// The next, and the logarithm of r relative to it.
        fileprivate let second: S
        fileprivate let logRest: S
        /// log(1 + r), which is −log a₁.
        fileprivate let log1PlusR: S
        /// log(1 − a₁).
        fileprivate let logComplement: S

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

        /// log aₖ, of zₖ.
        @inline(__always)
        func ofProbability(_ z: S) -> S { z - greatest - log1PlusR }

        /// log(1 − aₖ), of zₖ.
        @inline(__always)
        func ofComplement(_ z: S, _ k: Int) -> S {
            k == top ? logComplement : S.log1p(-S.exp(ofProbability(z)))
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

    /// The output with the greatest probability.
    func mostProbable(_ row: Int) -> Int { rows[row].top }

    /// log aₖ.
    func ofProbability(_ row: Int, _ k: Int) -> S {
        rows[row].ofProbability(z[row, k])
    }

    /// log(1 − aₖ).
    func ofComplement(_ row: Int, _ k: Int) -> S {
        rows[row].ofComplement(z[row, k], k)
    }

    /// log(aₖ/(1 − a₁)), for another output than the most probable: of differences that do not
    /// overflow when that to the greatest does.
    func ofShareOfRest(_ row: Int, _ k: Int) -> S {
        z[row, k] - rows[row].second - rows[row].logRest
    }
}

/// Log-softmax of one row.
func logSoftmaxOfRow<S: Scalar>(
    _ z: UnsafeBufferPointer<S>, into a: UnsafeMutableBufferPointer<S>
) {
    let log = LogSoftmax<S>.Row(z)
    for k in z.indices { a.initializeElement(at: k, to: log.ofProbability(z[k])) }
}

extension Matrix {
    var rowIndices: Range<Int> { 0..<rows }
}
