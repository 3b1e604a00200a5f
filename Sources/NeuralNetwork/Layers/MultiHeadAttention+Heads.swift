import Dispatch

/// What each head computes of each example. Its Q, K and V are columns of `projected`, where BLAS
/// reads them as they stand; only its scores are a matrix of their own.
extension MultiHeadAttention {
    /// `P = softmax(Q·Kᵀ/√key_dim)` by rows; with `causal`, 0 for later positions.
    @specialized(where S == Double)
    @specialized(where S == Float)
    func probabilities<S: Scalar>(of projected: Matrix<S>, examples m: Int) -> Matrix<S> {
        Matrix(rows: m, columns: heads * time * time) { p in
            projected.elements.withUnsafeBufferPointer { x in
                guard !p.isEmpty else { return }
                nonisolated(unsafe) let (p, x) = (p.baseAddress!, x.baseAddress!)
                forEachHead(examples: m) { place in
                    let scores = p + place.scores
                    scoreProduct(x + place.query, x + place.key, into: scores)
                    for row in 0..<time { softmax(scores + row * time, seen: seen(row)) }
                }
            }
        }
    }

    /// `C = P·V`.
    @specialized(where S == Double)
    @specialized(where S == Float)
    func context<S: Scalar>(_ probabilities: Matrix<S>, _ projected: Matrix<S>) -> Matrix<S> {
        Matrix(rows: projected.rows, columns: width) { c in
            probabilities.elements.withUnsafeBufferPointer { p in
                projected.elements.withUnsafeBufferPointer { x in
                    guard !p.isEmpty else { return }
                    nonisolated(unsafe) let (c, p, x) = (
                        c.baseAddress!, p.baseAddress!, x.baseAddress!
                    )
                    forEachHead(examples: probabilities.rows) { place in
                        columnProduct(
                            p + place.scores, transposed: false, x + place.value, stride: 3 * width,
                            into: c + place.context, stride: width)
                    }
                }
            }
        }
    }

    /// dQ, dK and dV side by side, of dC.
    @specialized(where S == Double)
    @specialized(where S == Float)
    func projectedGradient<S: Scalar>(
        _ contextGradient: Matrix<S>, probabilities: Matrix<S>, projected: Matrix<S>
    ) -> Matrix<S> {
        Matrix(rows: projected.rows, columns: 3 * width) { d in
            contextGradient.elements.withUnsafeBufferPointer { dC in
                probabilities.elements.withUnsafeBufferPointer { p in
                    projected.elements.withUnsafeBufferPointer { x in
                        guard !p.isEmpty else { return }
                        nonisolated(unsafe) let (d, dC, p, x) = (
                            d.baseAddress!, dC.baseAddress!, p.baseAddress!, x.baseAddress!
                        )
                        forEachHead(examples: probabilities.rows) { place in
                            headGradient(place, d, dC, p, x)
                        }
                    }
                }
            }
        }
    }

    @inline(__always)
    private func headGradient<S: Scalar>(
        _ place: Place, _ d: UnsafeMutablePointer<S>, _ dC: UnsafePointer<S>, _ p: UnsafePointer<S>,
        _ x: UnsafePointer<S>
    ) {
        let p = p + place.scores
        let dScores = UnsafeMutablePointer<S>.allocate(capacity: time * time)
        defer { dScores.deallocate() }
        S.multiply(
            rows: time, columns: time, inner: keyCount,
            dC + place.context, stride: width, transposed: false,
            x + place.value, stride: 3 * width, transposed: true, into: dScores, stride: time)
        for row in 0..<time {
            alongSoftmax(dScores + row * time, p + row * time, seen: seen(row), times: scale())
        }
        columnProduct(
            dScores, transposed: false, x + place.key, stride: 3 * width,
            into: d + place.query, stride: 3 * width)
        columnProduct(
            dScores, transposed: true, x + place.query, stride: 3 * width,
            into: d + place.key, stride: 3 * width)
        columnProduct(
            p, transposed: true, dC + place.context, stride: width,
            into: d + place.value, stride: 3 * width)
    }

    /// How C moves along the tangents of Q, K and V, side by side.
    @specialized(where S == Double)
    @specialized(where S == Float)
    func contextTangent<S: Scalar>(
        _ moved: Matrix<S>, probabilities: Matrix<S>, projected: Matrix<S>
    ) -> Matrix<S> {
        Matrix(rows: projected.rows, columns: width) { c in
            moved.elements.withUnsafeBufferPointer { dX in
                probabilities.elements.withUnsafeBufferPointer { p in
                    projected.elements.withUnsafeBufferPointer { x in
                        guard !p.isEmpty else { return }
                        nonisolated(unsafe) let (c, dX, p, x) = (
                            c.baseAddress!, dX.baseAddress!, p.baseAddress!, x.baseAddress!
                        )
                        forEachHead(examples: probabilities.rows) { place in
                            headTangent(place, c, dX, p, x)
                        }
                    }
                }
            }
        }
    }

    @inline(__always)
    private func headTangent<S: Scalar>(
        _ place: Place, _ c: UnsafeMutablePointer<S>, _ dX: UnsafePointer<S>, _ p: UnsafePointer<S>,
        _ x: UnsafePointer<S>
    ) {
        let p = p + place.scores
        let count = time * max(time, keyCount)
        let memory = UnsafeMutablePointer<S>.allocate(capacity: 2 * count)
        defer { memory.deallocate() }
        let (moved, rest) = (memory, memory + count)
        scoreProduct(dX + place.query, x + place.key, into: moved)
        scoreProduct(x + place.query, dX + place.key, into: rest)
        for i in 0..<(time * time) { moved[i] += rest[i] }
        for row in 0..<time {
            alongSoftmax(moved + row * time, p + row * time, seen: seen(row), times: scale())
        }
        let c = c + place.context
        columnProduct(
            moved, transposed: false, x + place.value, stride: 3 * width, into: c, stride: width)
        columnProduct(
            p, transposed: false, dX + place.value, stride: 3 * width, into: rest, stride: keyCount)
        for row in 0..<time {
            for j in 0..<keyCount { c[row * width + j] += rest[row * keyCount + j] }
        }
    }
}

// The pieces of one head.
extension MultiHeadAttention {
    private func scale<S: Scalar>() -> S { 1 / S(keyCount).squareRoot() }

    /// How many positions, from the first, a position attends to.
    private func seen(_ position: Int) -> Int { isCausal ? position + 1 : time }

    /// `Q·Kᵀ`, of columns of matrices of Q, K and V side by side.
    @inline(__always)
    private func scoreProduct<S: Scalar>(
        _ queries: UnsafePointer<S>, _ keys: UnsafePointer<S>, into scores: UnsafeMutablePointer<S>
    ) {
        S.multiply(
            rows: time, columns: time, inner: keyCount,
            queries, stride: 3 * width, transposed: false,
            keys, stride: 3 * width, transposed: true, into: scores, stride: time)
    }

    /// The product of a matrix like the scores with columns like those of Q.
    @inline(__always)
    private func columnProduct<S: Scalar>(
        _ scores: UnsafePointer<S>, transposed: Bool, _ columns: UnsafePointer<S>, stride: Int,
        into result: UnsafeMutablePointer<S>, stride resultStride: Int
    ) {
        S.multiply(
            rows: time, columns: keyCount, inner: time, scores, stride: time,
            transposed: transposed, columns, stride: stride, transposed: false,
            into: result, stride: resultStride)
    }

    /// A row of scores, not yet divided by √key_dim, becomes its softmax.
    @inline(__always)
    private func softmax<S: Scalar>(_ row: UnsafeMutablePointer<S>, seen: Int) {
        let scale: S = scale()
        var largest = row[0]
        for j in 1..<max(seen, 1) { largest = max(largest, row[j]) }
        var sum: S = 0
        for j in 0..<seen {
            row[j] = S.exp(scale * (row[j] - largest))
            sum += row[j]
        }
        for j in 0..<seen { row[j] /= sum }
        for j in seen..<time { row[j] = 0 }
    }

    /// `d ← scale·p∘(d − Σ p∘d)`: the product with the derivative of softmax, which is symmetric,
    /// and so serves both directions.
    @inline(__always)
    private func alongSoftmax<S: Scalar>(
        _ d: UnsafeMutablePointer<S>, _ p: UnsafePointer<S>, seen: Int, times scale: S
    ) {
        var sum: S = 0
        for j in 0..<seen { sum += p[j] * d[j] }
        for j in 0..<seen { d[j] = scale * p[j] * (d[j] - sum) }
        for j in seen..<time { d[j] = 0 }
    }

    /// Where the numbers of one head of one example start.
    private struct Place {
        let scores: Int
        /// Of Q, K and V, in the matrix of all three.
        let query: Int
        let key: Int
        let value: Int
        let context: Int
    }

    /// The place of a head, counted over the examples.
    private func place(_ index: Int) -> Place {
        let start = index / heads * time * width
        let column = index % heads * keyCount
        return Place(
            scores: index * time * time, query: 3 * start + column,
            key: 3 * start + width + column, value: 3 * start + 2 * width + column,
            context: start + column)
    }

    /// Calls `body` for each head of each example, at once where there is enough to do: each writes
    /// numbers of its own, and makes the same bits however many run.
    private func forEachHead(examples m: Int, _ body: @Sendable (Place) -> Void) {
        let count = m * heads
        let parts = min(count, ProductSplit.parts)
        let multiplications = Double(count) * Double(time) * Double(time) * Double(keyCount)
        guard parts > 1, multiplications >= Double(ProductSplit.worthSharing) else {
            for index in 0..<count { body(place(index)) }
            return
        }
        DispatchQueue.concurrentPerform(iterations: parts) { part in
            for index in (count * part / parts)..<(count * (part + 1) / parts) {
                body(place(index))
            }
        }
    }
}
