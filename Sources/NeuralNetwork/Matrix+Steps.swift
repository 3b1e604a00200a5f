// Sequences: m examples of so many steps are a matrix of a row for each step of each example, one
// example after the other.

extension Matrix {
    /// One step of every example, as m rows.
    @specialized(where S == Double)
    @specialized(where S == Float)
    func step(_ step: Int, of steps: Int) -> Matrix {
        precondition(step < steps && rows % steps == 0)
        return Matrix(rows: rows / steps, columns: columns) { result in
            guard let to = result.baseAddress else { return }
            elements.withUnsafeBufferPointer { from in
                for i in 0..<(rows / steps) {
                    (to + i * columns).initialize(
                        from: from.baseAddress! + (i * steps + step) * columns, count: columns)
                }
            }
        }
    }

    /// Puts m rows in the place of one step of every example.
    @specialized(where S == Double)
    @specialized(where S == Float)
    mutating func setStep(_ step: Int, of steps: Int, to numbers: Matrix) {
        precondition(step < steps && columns == numbers.columns && rows == numbers.rows * steps)
        let columns = columns
        storage.withUnsafeMutableBufferPointer { to in
            numbers.elements.withUnsafeBufferPointer { from in
                for i in 0..<numbers.rows {
                    (to.baseAddress! + (i * steps + step) * columns).update(
                        from: from.baseAddress! + i * columns, count: columns)
                }
            }
        }
    }

    /// Changes the numbers in place, given those of two other matrices.
    @inline(__always)
    mutating func changeNumbers(
        _ second: Matrix, _ third: Matrix,
        _ body: (
            UnsafeMutableBufferPointer<S>, UnsafeBufferPointer<S>, UnsafeBufferPointer<S>
        ) -> Void
    ) {
        storage.withUnsafeMutableBufferPointer { x in
            second.elements.withUnsafeBufferPointer { y in
                third.elements.withUnsafeBufferPointer { z in body(x, y, z) }
            }
        }
    }

    /// Reads the numbers of three matrices.
    @inline(__always)
    func withNumbers(
        _ second: Matrix, _ third: Matrix,
        _ body: (UnsafeBufferPointer<S>, UnsafeBufferPointer<S>, UnsafeBufferPointer<S>) -> Void
    ) {
        elements.withUnsafeBufferPointer { x in
            second.elements.withUnsafeBufferPointer { y in
                third.elements.withUnsafeBufferPointer { z in body(x, y, z) }
            }
        }
    }
}
