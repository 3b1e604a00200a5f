import Testing

@testable import NeuralNetwork

struct MatrixTests {
    /// 2 × 3:
    ///
    ///     1  2  3
    ///     4  5  6
    private let matrix = Matrix<Double>(rows: 2, columns: 3, elements: [1, 2, 3, 4, 5, 6])

    @Test func `a number is found by its row and column`() {
        #expect(matrix[0, 2] == 3)
        #expect(matrix[1, 0] == 4)
    }

    @Test func `a number is changed where it stands`() {
        var changed = matrix
        changed[1, 1] = 7
        #expect(changed.elements == [1, 2, 3, 4, 7, 6])
    }

    @Test func `a matrix of one number has it everywhere`() {
        let matrix = Matrix<Float>(rows: 2, columns: 2, repeating: 0.5)
        #expect(matrix.elements == [0.5, 0.5, 0.5, 0.5])
    }

    @Test(arguments: [(0, 0), (0, 3), (3, 0), (2, 3)])
    func `what fill writes is what the matrix holds`(rows: Int, columns: Int) {
        let matrix = Matrix<Double>(rows: rows, columns: columns) { buffer in
            #expect(buffer.count == rows * columns)
            for i in buffer.indices { buffer.initializeElement(at: i, to: Double(i)) }
        }
        #expect(matrix.elements == (0..<(rows * columns)).map(Double.init))
    }

    @Test(arguments: [(0..<2, [1, 2, 3, 4, 5, 6]), (1..<2, [4, 5, 6]), (1..<1, [])])
    func `rows are taken in order`(range: Range<Int>, elements: [Double]) {
        let rows = matrix.rows(range)
        #expect(rows == Matrix(rows: range.count, columns: 3, elements: elements))
    }

    @Test func `matrices of the same numbers and another shape differ`() {
        #expect(matrix != Matrix(rows: 3, columns: 2, elements: matrix.elements))
    }

    @Test func `map takes every number`() {
        #expect(matrix.map { 10 * $0 }.elements == [10, 20, 30, 40, 50, 60])
    }

    @Test func `combined takes the numbers at one place`() {
        let other = Matrix<Double>(rows: 2, columns: 3, elements: [1, 0, 1, 0, 1, 0])
        #expect(matrix.combined(with: other) { $0 - $1 }.elements == [0, 2, 2, 4, 4, 6])
    }

    @Test func `update takes one other matrix, or two`() {
        var updated = matrix
        updated.update(with: matrix) { $0 -= 2 * $1 }
        #expect(updated.elements == [-1, -2, -3, -4, -5, -6])
        updated.update(with: matrix, matrix) { $0 += $1 * $2 }
        #expect(updated.elements == [0, 2, 6, 12, 20, 30])
    }

    @Test func `mapRows sees each row as a whole`() {
        let reversed = matrix.mapRows { row, result in
            for k in row.indices { result.initializeElement(at: k, to: row[row.count - 1 - k]) }
        }
        #expect(reversed.elements == [3, 2, 1, 6, 5, 4])
    }

    @Test func `every number is divided`() {
        var divided = matrix
        divided.divide(by: 2)
        #expect(divided.elements == [0.5, 1, 1.5, 2, 2.5, 3])
    }

    @Test func `a row is added to each row`() {
        var sum = matrix
        sum.addToEachRow(Matrix(rows: 1, columns: 3, elements: [10, 20, 30]))
        #expect(sum.elements == [11, 22, 33, 14, 25, 36])
    }

    @Test func `columns are added up`() {
        #expect(matrix.columnSums == Matrix(rows: 1, columns: 3, elements: [5, 7, 9]))
    }

    @Test func `the sums of no rows are 0`() {
        let none = Matrix<Double>(rows: 0, columns: 2, elements: [])
        #expect(none.columnSums.elements == [0, 0])
    }

    // 31, 32, 33 and 97 are beside and beyond the edge of a block.
    @Test(arguments: [
        (0, 0), (0, 4), (4, 0), (1, 1), (1, 7), (7, 1), (2, 3), (31, 33), (32, 32), (97, 65),
    ])
    func `a transposed copy has row and column changed`(rows: Int, columns: Int) {
        let matrix = Matrix<Double>(
            rows: rows, columns: columns, elements: (0..<(rows * columns)).map(Double.init))
        let copy = matrix.transposedCopy()
        #expect(copy.rows == columns && copy.columns == rows)
        for i in 0..<rows {
            #expect((0..<columns).allSatisfy { copy[$0, i] == matrix[i, $0] }, "row \(i)")
        }
    }
}
