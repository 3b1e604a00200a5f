import CMath

/// A matrix in row-major order. An example is a row: a batch of m examples is `[m, units]`.
public struct Matrix<S: Scalar>: Equatable, Sendable {
    public private(set) var rows: Int
    public private(set) var columns: Int
    /// The numbers, row after row.
    @inlinable public var elements: [S] { storage }
    @usableFromInline var storage: [S]

    /// A matrix of numbers that are there already, row after row.
    public init(rows: Int, columns: Int, elements: [S]) {
        precondition(rows >= 0 && columns >= 0 && elements.count == rows * columns)
        self.rows = rows
        self.columns = columns
        storage = elements
    }

    /// A matrix whose numbers `fill` writes, every one of them, into memory that is not zeroed first.
    public init(
        rows: Int, columns: Int, fill: (UnsafeMutableBufferPointer<S>) -> Void
    ) {
        precondition(rows >= 0 && columns >= 0)
        self.rows = rows
        self.columns = columns
        storage = []
        storage.rewrite(count: rows * columns, fill: fill)
    }

    /// A matrix of no numbers, which has no memory.
    static var empty: Matrix { Matrix(rows: 0, columns: 0, elements: []) }

    /// A matrix of one number.
    public init(rows: Int, columns: Int, repeating value: S) {
        self.init(
            rows: rows, columns: columns, elements: Array(repeating: value, count: rows * columns))
    }

    /// The number in row `row` and column `column`.
    public subscript(row: Int, column: Int) -> S {
        get { elements[row * columns + column] }
        set { storage[row * columns + column] = newValue }
    }

    /// Some of the rows, in order.
    @specialized(where S == Double)
    @specialized(where S == Float)
    public func rows(_ range: Range<Int>) -> Matrix {
        Matrix(
            rows: range.count, columns: columns,
            elements: Array(elements[(range.lowerBound * columns)..<(range.upperBound * columns)]))
    }

    /// Some of the rows, in the order of their indices.
    @specialized(where S == Double)
    @specialized(where S == Float)
    public func rows(at indices: ArraySlice<Int>) -> Matrix {
        Matrix(rows: indices.count, columns: columns) { result in
            guard var to = result.baseAddress else { return }
            elements.withUnsafeBufferPointer { from in
                for place in indices.indices {
                    let row = indices[place]
                    precondition((0..<rows).contains(row))
                    // The processor does not guess where the next one is.
                    if place + 1 < indices.endIndex {
                        fetch_ahead(
                            from.baseAddress! + indices[place + 1] * columns,
                            columns * MemoryLayout<S>.stride)
                    }
                    to.initialize(from: from.baseAddress! + row * columns, count: columns)
                    to += columns
                }
            }
        }
    }
}

extension Matrix {
    /// The same numbers in rows of so many columns.
    public func split(columns: Int) -> Matrix {
        columns == self.columns
            ? self : Matrix(rows: storage.count / columns, columns: columns, elements: storage)
    }

    /// The same numbers in so many rows.
    public func split(rows: Int) -> Matrix {
        rows == self.rows
            ? self : Matrix(rows: rows, columns: storage.count / rows, elements: storage)
    }

    /// Becomes a matrix whose numbers `fill` writes, every one of them: in the memory that it has, where
    /// that is of as many numbers and held by nobody else, and in new memory otherwise.
    @inline(__always)
    mutating func rewrite(
        rows: Int, columns: Int, fill: (UnsafeMutableBufferPointer<S>) -> Void
    ) {
        precondition(rows >= 0 && columns >= 0)
        (self.rows, self.columns) = (rows, columns)
        storage.rewrite(count: rows * columns, fill: fill)
    }

    /// Takes its numbers to be in so many rows.
    mutating func reshape(rows: Int) {
        if rows == self.rows { return }
        (self.rows, columns) = (rows, storage.count / rows)
    }

    /// Adds the number of another matrix at the same place to each, in place.
    public mutating func add(_ other: Matrix) {
        update(with: other) { $0 += $1 }
    }

    /// The matrix of `f` of every number.
    @inline(__always)
    func map(_ f: (S) -> S) -> Matrix {
        var result = Matrix.empty
        map(f, into: &result)
        return result
    }

    @inline(__always)
    func map(_ f: (S) -> S, into result: inout Matrix) {
        result.rewrite(rows: rows, columns: columns) { result in
            elements.withUnsafeBufferPointer { x in
                for i in x.indices { result.initializeElement(at: i, to: f(x[i])) }
            }
        }
    }

    /// The matrix of `f` of the numbers of two matrices of one shape.
    @inline(__always)
    func combined(with other: Matrix, _ f: (S, S) -> S) -> Matrix {
        var result = Matrix.empty
        combine(with: other, f, into: &result)
        return result
    }

    @inline(__always)
    func combine(with other: Matrix, _ f: (S, S) -> S, into result: inout Matrix) {
        precondition(rows == other.rows && columns == other.columns)
        result.rewrite(rows: rows, columns: columns) { result in
            elements.withUnsafeBufferPointer { x in
                other.elements.withUnsafeBufferPointer { y in
                    for i in x.indices { result.initializeElement(at: i, to: f(x[i], y[i])) }
                }
            }
        }
    }

    /// Changes every number in place, given the number of another matrix at the same place.
    ///
    /// Inlinable, as the optimizers' loops are these, in another module.
    @inlinable @inline(__always)
    public mutating func update(with other: Matrix, _ f: (inout S, S) -> Void) {
        precondition(rows == other.rows && columns == other.columns)
        storage.withUnsafeMutableBufferPointer { x in
            other.elements.withUnsafeBufferPointer { y in
                for i in x.indices { f(&x[i], y[i]) }
            }
        }
    }

    /// Changes every number in place, given the numbers of two more matrices at the same place.
    @inlinable @inline(__always)
    public mutating func update(
        with second: Matrix, _ third: Matrix, _ f: (inout S, S, S) -> Void
    ) {
        precondition(rows == second.rows && columns == second.columns)
        precondition(rows == third.rows && columns == third.columns)
        storage.withUnsafeMutableBufferPointer { x in
            second.elements.withUnsafeBufferPointer { y in
                third.elements.withUnsafeBufferPointer { z in
                    for i in x.indices { f(&x[i], y[i], z[i]) }
                }
            }
        }
    }

    /// Calls `body` with each row of a new matrix, still unwritten, and the same row of this one.
    @inline(__always)
    func mapRows(
        _ body: (UnsafeBufferPointer<S>, UnsafeMutableBufferPointer<S>) -> Void
    ) -> Matrix {
        var result = Matrix.empty
        mapRows(body, into: &result)
        return result
    }

    @inline(__always)
    func mapRows(
        _ body: (UnsafeBufferPointer<S>, UnsafeMutableBufferPointer<S>) -> Void,
        into result: inout Matrix
    ) {
        result.rewrite(rows: rows, columns: columns) { result in
            elements.withUnsafeBufferPointer { x in
                for start in stride(from: 0, to: x.count, by: max(columns, 1)) {
                    let row = start..<(start + columns)
                    body(
                        UnsafeBufferPointer(rebasing: x[row]),
                        UnsafeMutableBufferPointer(rebasing: result[row]))
                }
            }
        }
    }

    /// Divides every number in place.
    mutating func divide(by divisor: S) {
        let reciprocal = 1 / divisor
        // A power of two has an exact reciprocal, and to multiply by it gives the same bits sooner.
        let isExact = divisor.significand == 1 && reciprocal.isNormal
        storage.withUnsafeMutableBufferPointer { x in
            if isExact {
                for i in x.indices { x[i] *= reciprocal }
            } else {
                for i in x.indices { x[i] /= divisor }
            }
        }
    }

    /// Adds a row of numbers to each row in place.
    mutating func addToEachRow(_ row: Matrix) {
        precondition(row.rows == 1 && row.columns == columns)
        storage.withUnsafeMutableBufferPointer { x in
            row.elements.withUnsafeBufferPointer { addend in
                for start in stride(from: 0, to: x.count, by: max(columns, 1)) {
                    let row = x.baseAddress! + start  // Its own index, so that it is vectorized.
                    for j in 0..<columns { row[j] += addend[j] }
                }
            }
        }
    }

    /// The sum of each column, as one row.
    var columnSums: Matrix {
        var sums = Matrix.empty
        sumColumns(into: &sums)
        return sums
    }

    /// The sum of each column, as one row.
    func sumColumns(into sums: inout Matrix) {
        sums.rewrite(rows: 1, columns: columns) { sums in
            sums.initialize(repeating: 0)
            elements.withUnsafeBufferPointer { x in
                for start in stride(from: 0, to: x.count, by: max(columns, 1)) {
                    let row = x.baseAddress! + start
                    for j in 0..<columns { sums[j] += row[j] }
                }
            }
        }
    }

    /// Row and column changed for one another, written out in memory.
    @specialized(where S == Double)
    @specialized(where S == Float)
    public func transposedCopy() -> Matrix {
        if rows == 1 || columns == 1 {
            return Matrix(rows: columns, columns: rows, elements: elements)
        }
        let block = 32  // Two blocks of float64 fit the first cache.
        return Matrix(rows: columns, columns: rows) { result in
            elements.withUnsafeBufferPointer { x in
                for i0 in stride(from: 0, to: rows, by: block) {
                    for j0 in stride(from: 0, to: columns, by: block) {
                        for i in i0..<min(i0 + block, rows) {
                            for j in j0..<min(j0 + block, columns) {
                                result.initializeElement(at: j * rows + i, to: x[i * columns + j])
                            }
                        }
                    }
                }
            }
        }
    }
}
