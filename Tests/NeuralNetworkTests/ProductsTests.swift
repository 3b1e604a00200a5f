import TestSupport
import Testing

@testable import NeuralNetwork

struct ProductsTests {
    /// Rows, columns, and the length of the sums: one of each, primes, and none.
    static let shapes: [(Int, Int, Int)] = [
        (1, 1, 1), (1, 7, 1), (7, 1, 1), (1, 1, 7), (1, 13, 5), (13, 1, 5), (5, 13, 1), (2, 3, 4),
        (17, 19, 23), (64, 33, 31), (127, 101, 89), (0, 3, 2), (3, 0, 2), (3, 2, 0), (0, 0, 0),
    ]

    @Test(arguments: shapes)
    func `every form of a product is the sum of products`(rows: Int, columns: Int, inner: Int) {
        compareWithTripleLoop(Double.self, rows, columns, inner)
    }

    @Test(arguments: shapes)
    func `float32 too`(rows: Int, columns: Int, inner: Int) {
        compareWithTripleLoop(Float.self, rows, columns, inner)
    }

    /// Shapes that are cut by rows, by columns, and into parts of which the last is short.
    static let largeShapes = [(700, 90, 401), (90, 700, 401), (403, 401, 167)]

    @Test(arguments: largeShapes)
    func `a product that is shared by workers is the same`(rows: Int, columns: Int, inner: Int) {
        #expect(rows * columns * inner >= ProductSplit.worthSharing)
        compareWithTripleLoop(Double.self, rows, columns, inner)
        compareWithTripleLoop(Float.self, rows, columns, inner)
    }

    @Test(arguments: shapes + largeShapes)
    func `the same product twice gives the same bits`(rows: Int, columns: Int, inner: Int) {
        var random = SplitMix64(seed: 2)
        let a: Matrix<Double> = random.matrix(rows: rows, columns: inner)
        let b: Matrix<Double> = random.matrix(rows: inner, columns: columns)
        let product = a.times(b)
        // Copies lie elsewhere in memory, and differently to its pages and lines.
        let elsewhere = Matrix(rows: rows, columns: inner, elements: a.elements.map { $0 })
        for _ in 0..<3 {
            #expect(elsewhere.times(b) == product)
        }
    }

    @Test(arguments: [(1, 1), (16, 15), (33, 7), (7, 33), (401, 400), (400, 401), (5000, 3)])
    func `the parts of a product cover it once`(rows: Int, columns: Int) {
        let split = ProductSplit(rows: rows, columns: columns, inner: 1_000_000)
        let covered = Locked([Int](repeating: 0, count: rows * columns))
        split.forEachPart { partRows, partColumns in
            covered.withLock { covered in
                for i in partRows { for j in partColumns { covered[i * columns + j] += 1 } }
            }
        }
        #expect(covered.withLock { $0.allSatisfy { $0 == 1 } })
    }

    @Test func `the parts of a small product are one`() {
        let parts = Locked(0)
        ProductSplit(rows: 1000, columns: 3, inner: 3).forEachPart { rows, columns in
            #expect(rows == 0..<1000 && columns == 0..<3)
            parts.withLock { $0 += 1 }
        }
        #expect(parts.withLock { $0 } == 1)
    }

    /// OpenBLAS's kernels for other processors add up in another order.
    private static let areKernelsKnown = ["Haswell", "Zen"].contains(Backend.kernels)

    @Test(.enabled(if: areKernelsKnown), arguments: [1, 2, 3, 4, 7, 8, 9, 16, 33, 64])
    func `a small product has the bits of BLAS's`(inner: Int) {
        for rows in [1, 2, 3, 4, 5, 8, 13, 32] {
            for columns in [1, 2, 3, 4, 5, 7, 8, 16, 19] {
                compareWithBLAS(Double.self, rows, columns, inner)
                compareWithBLAS(Float.self, rows, columns, inner)
            }
        }
    }

    /// Compares small products with OpenBLAS's own.
    private func compareWithBLAS<S: Scalar>(
        _: S.Type, _ rows: Int, _ columns: Int, _ inner: Int
    ) {
        let split = ProductSplit(rows: rows, columns: columns, inner: inner)
        guard split.isSmall(width: MemoryLayout<S>.size) else { return }
        var random = SplitMix64(seed: rows * columns * inner)
        // Many products are 0 or −0.
        let a: Matrix<S> = (random.matrix(rows: rows, columns: inner) as Matrix<S>)
            .map { abs($0) < 0.3 ? -0.0 : $0 }
        let b: Matrix<S> = random.matrix(rows: inner, columns: columns)
        let expected = Matrix<S>(rows: rows, columns: columns) { c in
            a.withNumbers { x in
                b.withNumbers { y in
                    S.multiply(
                        rows: rows, columns: columns, inner: inner,
                        x.baseAddress!, stride: inner, transposed: false,
                        y.baseAddress!, stride: columns, transposed: false,
                        into: c.baseAddress!, stride: columns)
                }
            }
        }
        let (left, right) = (a.transposedCopy().transposed, b.transposedCopy().transposed)
        for product in [a.times(b), a.times(right), left.times(b)] {
            // As text: 0 and −0 are equal, and not the same.
            #expect("\(product.elements)" == "\(expected.elements)", "\(rows) × \(columns)")
        }
    }

    /// Compares the three forms of a product with a loop.
    private func compareWithTripleLoop<S: Scalar>(
        _: S.Type, _ rows: Int, _ columns: Int, _ inner: Int
    ) {
        var random = SplitMix64(seed: 1)
        let a: Matrix<S> = random.matrix(rows: rows, columns: inner)
        let b: Matrix<S> = random.matrix(rows: inner, columns: columns)
        let expected = tripleLoop(a, b)
        let aTransposed = a.transposedCopy().transposed
        let bTransposed = b.transposedCopy().transposed
        // Numbers are in −1...1, so that `inner` of them add up with errors below this.
        let tolerance = Double(inner) * Double(inner) * Double(S.ulpOfOne)
        for product in [{ a.times(b) }, { a.times(bTransposed) }, { aTransposed.times(b) }] {
            // The memory of a product is not zeroed first; what lay there must not get into it.
            _ = Matrix<S>(rows: rows, columns: columns, repeating: .nan)
            #expect(product().distance(from: expected) <= tolerance)
        }
    }

    private func tripleLoop<S: Scalar>(_ a: Matrix<S>, _ b: Matrix<S>) -> Matrix<S> {
        Matrix(rows: a.rows, columns: b.columns) { c in
            a.elements.withUnsafeBufferPointer { x in
                b.elements.withUnsafeBufferPointer { y in
                    for i in 0..<a.rows {
                        for j in 0..<b.columns {
                            var sum: S = 0
                            for k in 0..<a.columns {
                                sum += x[i * a.columns + k] * y[k * b.columns + j]
                            }
                            c.initializeElement(at: i * b.columns + j, to: sum)
                        }
                    }
                }
            }
        }
    }
}
