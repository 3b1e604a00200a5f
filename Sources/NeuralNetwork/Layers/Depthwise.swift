/// The convolution of each channel by a filter of its own, as many groups as channels: products of
/// one column would be slow, so that the sums run over the channels, which lie side by side.
struct Depthwise: Sendable {
    let window: Window

    /// `Z[y, x, c] = b[c] + Σ W[c, i, j]·X[…, c]`.
    func output<S: Scalar>(
        _ input: Matrix<S>, _ weights: Matrix<S>, bias: Matrix<S>?
    ) -> Matrix<S> {
        let channels = window.channels
        let cells = weights.transposedCopy()  // [cells, channels]
        var z = Matrix<S>(
            rows: input.rows * window.places, columns: channels, repeating: 0)
        if let bias { z.addToEachRow(bias) }
        z.withEach(input, cells) { z, x, w in
            nonisolated(unsafe) let (z, x, w) = (z, x, w)
            window.share(input.rows) { examples in
                window.forEachCell(of: examples) { cell in
                    let z = z + cell.place * channels
                    let x = x + cell.offset
                    let w = w + window.number(of: cell) * channels
                    for c in 0..<channels { z[c] += x[c] * w[c] }
                }
            }
        }
        return z.split(rows: input.rows)
    }

    /// `dW[c, i, j] = Σ dZ[y, x, c]·X[…, c]`, a sum of each part's own.
    func weightsGradient<S: Scalar>(_ outputGradient: Matrix<S>, _ input: Matrix<S>) -> Matrix<S> {
        let channels = window.channels
        let count = window.cells * channels
        let shares = window.shares(input.rows)
        var sums = Matrix<S>(rows: max(shares.parts, 1), columns: count, repeating: 0)
        sums.withEach(outputGradient, input) { sums, dZ, x in
            nonisolated(unsafe) let (sums, dZ, x) = (sums, dZ, x)
            shares.forEach { index, examples in
                let sum = sums + index * count
                window.forEachCell(of: examples) { cell in
                    let dW = sum + window.number(of: cell) * channels
                    let dZ = dZ + cell.place * channels
                    let x = x + cell.offset
                    for c in 0..<channels { dW[c] += dZ[c] * x[c] }
                }
            }
        }
        return sums.columnSums.split(columns: channels).transposedCopy()
    }

    /// `dX[…, c] = Σ dZ[y, x, c]·W[c, i, j]`.
    func inputGradient<S: Scalar>(_ outputGradient: Matrix<S>, _ weights: Matrix<S>) -> Matrix<S> {
        let channels = window.channels
        let m = outputGradient.rows
        let cells = weights.transposedCopy()
        var result = Matrix<S>(rows: m, columns: window.inputs, repeating: 0)
        result.withEach(outputGradient, cells) { dX, dZ, w in
            nonisolated(unsafe) let (dX, dZ, w) = (dX, dZ, w)
            window.share(m) { examples in
                window.forEachCell(of: examples) { cell in
                    let dX = dX + cell.offset
                    let dZ = dZ + cell.place * channels
                    let w = w + window.number(of: cell) * channels
                    for c in 0..<channels { dX[c] += dZ[c] * w[c] }
                }
            }
        }
        return result
    }
}
