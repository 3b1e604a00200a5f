// Numbers that go by their column: features normalized, scaled and shifted.

extension Matrix {
    /// The mean of each column, as one row.
    var columnMeans: Matrix {
        var means = columnSums
        means.divide(by: S(max(rows, 1)))
        return means
    }

    /// The matrix of `f` of each number and the one in its column of a row.
    @inline(__always)
    func byColumn(_ row: Matrix, _ f: (S, S) -> S) -> Matrix {
        byColumn(row, row) { x, y, _ in f(x, y) }
    }

    /// The matrix of `f` of each number and those in its column of two rows.
    @inline(__always)
    func byColumn(_ first: Matrix, _ second: Matrix, _ f: (S, S, S) -> S) -> Matrix {
        precondition(first.columns == columns && second.columns == columns)
        return Matrix(rows: rows, columns: columns) { result in
            elements.withUnsafeBufferPointer { x in
                first.elements.withUnsafeBufferPointer { y in
                    second.elements.withUnsafeBufferPointer { z in
                        for start in stride(from: 0, to: x.count, by: max(columns, 1)) {
                            for j in 0..<columns {
                                result.initializeElement(
                                    at: start + j, to: f(x[start + j], y[j], z[j]))
                            }
                        }
                    }
                }
            }
        }
    }
}
