import CMath
import COpenBLAS
import Dispatch
import Machine

/// A matrix read with row and column changed for one another; nothing is moved.
public struct TransposedMatrix<S: Scalar> {
    let matrix: Matrix<S>
}

extension Matrix {
    /// This matrix with row and column changed for one another, as an operand of a product.
    public var transposed: TransposedMatrix<S> { TransposedMatrix(matrix: self) }

    /// The matrix product `self · other`.
    public func times(_ other: Matrix) -> Matrix {
        var product = Matrix.empty
        times(other, into: &product)
        return product
    }

    /// The matrix product `self · otherᵀ`.
    public func times(_ other: TransposedMatrix<S>) -> Matrix {
        var product = Matrix.empty
        times(other, into: &product)
        return product
    }

    func times(_ other: Matrix, into product: inout Matrix) {
        Operand(self, transposed: false).times(Operand(other, transposed: false), into: &product)
    }

    func times(_ other: TransposedMatrix<S>, into product: inout Matrix) {
        Operand(self, transposed: false)
            .times(Operand(other.matrix, transposed: true), into: &product)
    }
}

extension TransposedMatrix {
    /// The matrix product `selfᵀ · other`.
    public func times(_ other: Matrix<S>) -> Matrix<S> {
        var product = Matrix<S>.empty
        times(other, into: &product)
        return product
    }

    func times(_ other: Matrix<S>, into product: inout Matrix<S>) {
        Operand(matrix, transposed: true).times(Operand(other, transposed: false), into: &product)
    }
}

/// One side of a product, as BLAS wants it said.
private struct Operand<S: Scalar> {
    let matrix: Matrix<S>
    let transposed: Bool

    init(_ matrix: Matrix<S>, transposed: Bool) {
        self.matrix = matrix
        self.transposed = transposed
    }

    var rows: Int { transposed ? matrix.columns : matrix.rows }
    var columns: Int { transposed ? matrix.rows : matrix.columns }

    /// How far row (or column) `index` of the operand lies from its start.
    func offset(ofRow index: Int) -> Int { transposed ? index : index * matrix.columns }
    func offset(ofColumn index: Int) -> Int { transposed ? index * matrix.columns : index }

    func times(_ other: Operand, into result: inout Matrix<S>) {
        precondition(columns == other.rows)
        if rows == 0 || other.columns == 0 || columns == 0 {
            result = Matrix(rows: rows, columns: other.columns, repeating: 0)
            return
        }
        let product = ProductSplit(rows: rows, columns: other.columns, inner: columns)
        result.rewrite(rows: rows, columns: other.columns) { c in
            matrix.withNumbers { a in
                other.matrix.withNumbers { b in
                    if product.isSmall(width: MemoryLayout<S>.size),
                        multiply_small(
                            product.rows, product.columns, product.inner,
                            a.baseAddress, offset(ofRow: 1), offset(ofColumn: 1),
                            b.baseAddress, other.offset(ofRow: 1), other.offset(ofColumn: 1),
                            c.baseAddress, MemoryLayout<S>.size)
                    {
                        return
                    }
                    _ = BLASThreads.one
                    // Each part writes numbers of its own, so the parts may run at once.
                    nonisolated(unsafe) let (a, b, c) = (
                        a.baseAddress!, b.baseAddress!, c.baseAddress!
                    )
                    product.forEachPart { rows, columns in
                        S.multiply(
                            rows: rows.count, columns: columns.count, inner: product.inner,
                            a + offset(ofRow: rows.lowerBound),
                            stride: matrix.columns, transposed: transposed,
                            b + other.offset(ofColumn: columns.lowerBound),
                            stride: other.matrix.columns, transposed: other.transposed,
                            into: c + rows.lowerBound * product.columns + columns.lowerBound,
                            stride: product.columns)
                    }
                }
            }
        }
    }
}

/// How a product is cut into parts that run at once: by its shape alone, so that the same product
/// gives the same bits however busy the machine is.
struct ProductSplit: Sendable {
    let rows: Int
    let columns: Int
    let inner: Int

    /// Below this many multiplications, about 0.5 ms of one processor, a second worker saves little:
    /// to wake it takes 50 to 200 µs, and it reads from the first one's caches.
    static let worthSharing = 24_000_000
    /// One for each processor that there is to use.
    static let parts = min(Machine.processors, 16)

    /// Up to so many multiplications, to call BLAS takes longer than it saves.
    static let worthCalling = 4096

    /// Whether a plain loop makes it sooner, and to the same bits as OpenBLAS's kernels for Haswell and
    /// Zen. In float32 those have another order where there are 8 terms and 4 columns, or more.
    func isSmall(width: Int) -> Bool {
        guard rows <= 64, columns <= 64, inner <= 64, rows * columns * inner <= Self.worthCalling
        else { return false }
        return width == MemoryLayout<Double>.size || inner < 8 || columns < 4
    }

    func forEachPart(_ body: @Sendable (Range<Int>, Range<Int>) -> Void) {
        let multiplications = Double(rows) * Double(columns) * Double(inner)
        let longer = max(rows, columns)
        let parts = min(Self.parts, longer / 16)
        guard parts > 1, multiplications >= Double(Self.worthSharing) else {
            return body(0..<rows, 0..<columns)
        }
        // Whole micro-tiles of BLAS to each part, but for the last one.
        let size = ((longer + parts - 1) / parts + 15) / 16 * 16
        let byRows = rows >= columns
        DispatchQueue.concurrentPerform(iterations: (longer + size - 1) / size) { part in
            let range = (part * size)..<min((part + 1) * size, longer)
            byRows ? body(range, 0..<columns) : body(0..<rows, range)
        }
    }
}

/// OpenBLAS is told once to use no threads of its own: its number is one for the whole process, so
/// that parallel requests would get in each other's way; products are shared out above instead.
enum BLASThreads {
    static let one: Void = openblas_set_num_threads(1)
}
