extension Matrix {
    /// Each column times the number of a row at its place.
    @inline(__always)
    func timesEachColumn(by factors: Matrix) -> Matrix {
        precondition(factors.rows == 1 && factors.columns == columns)
        return factors.elements.withUnsafeBufferPointer { factors in
            mapRows { x, result in
                for j in x.indices { result.initializeElement(at: j, to: x[j] * factors[j]) }
            }
        }
    }

    /// Changes each row in place, given the same row of two more matrices.
    @inline(__always)
    mutating func updateRows(
        with second: Matrix, _ third: Matrix,
        _ body: (
            UnsafeMutableBufferPointer<S>, UnsafeBufferPointer<S>, UnsafeBufferPointer<S>
        ) -> Void
    ) {
        precondition(rows == second.rows && rows == third.rows)
        storage.withUnsafeMutableBufferPointer { x in
            second.elements.withUnsafeBufferPointer { y in
                third.elements.withUnsafeBufferPointer { z in
                    for row in 0..<rows {
                        func range(_ columns: Int) -> Range<Int> {
                            (row * columns)..<((row + 1) * columns)
                        }
                        body(
                            UnsafeMutableBufferPointer(rebasing: x[range(columns)]),
                            UnsafeBufferPointer(rebasing: y[range(second.columns)]),
                            UnsafeBufferPointer(rebasing: z[range(third.columns)]))
                    }
                }
            }
        }
    }

    /// Matrices of as many columns, one under another.
    static func stacked(_ parts: [Matrix]) -> Matrix {
        var elements: [S] = []
        elements.reserveCapacity(parts.reduce(0) { $0 + $1.storage.count })
        for part in parts { elements.append(contentsOf: part.storage) }
        return Matrix(
            rows: parts.reduce(0) { $0 + $1.rows }, columns: parts[0].columns, elements: elements)
    }

    /// The matrices of as many rows that it is when cut across.
    func cut(into count: Int) -> [Matrix] {
        let each = rows / count
        return (0..<count).map { rows(($0 * each)..<(($0 + 1) * each)) }
    }
}
