import Testing

@testable import NeuralNetwork

struct MatrixNormsTests {
    static func row<S: Scalar>(_ elements: [S]) -> Matrix<S> {
        Matrix(rows: 1, columns: elements.count, elements: elements)
    }

    /// 3·(3, 4) has the norm 15, wherever the eight lanes end.
    @Test(arguments: [2, 7, 8, 9, 16, 17, 100])
    func `the norm is that of all numbers, however many`(count: Int) {
        var elements = [Double](repeating: 0, count: count)
        elements[0] = 9
        elements[count - 1] = 12
        #expect(Self.row(elements).norm() == 15)
        #expect(Self.row(elements.map(Float.init)).norm() == 15)
    }

    @Test func `the norm of no numbers and of zeros is 0`() {
        #expect(Matrix<Double>(rows: 0, columns: 3, elements: []).norm() == 0)
        #expect(Self.row([0.0, 0]).norm() == 0)
    }

    /// Squares of 3·2ᵏ overflow from k = 512 on, and vanish from k = −539 on; 5·2ᵏ is exact.
    @Test(arguments: [1020, 600, 511, 0, -500, -540, -1000, -1022, -1070])
    func `squares that overflow or vanish do not spoil the norm`(exponent: Int) {
        func times(_ number: Double) -> Double {
            Double(sign: .plus, exponent: exponent, significand: number)
        }
        #expect(Self.row([times(3), times(-4)]).norm() == times(5))
    }

    @Test func `a norm with what is not finite is not finite`() {
        #expect(Self.row([1, .infinity]).norm() == .infinity)
        #expect(Self.row([1, Double.nan]).norm().isNaN)
        #expect(Self.row([.infinity, Double.nan]).norm().isNaN)
    }

    @Test func `the rows come in the order of their indices, more than once too`() {
        let matrix = Matrix<Double>(rows: 3, columns: 2, elements: [1, 2, 3, 4, 5, 6])
        #expect(matrix.rows(at: [2, 0, 2]).elements == [5, 6, 1, 2, 5, 6])
    }

    @Test func `no rows and no columns are none`() {
        let matrix = Matrix<Double>(rows: 2, columns: 0, elements: [])
        #expect(matrix.rows(at: [1, 0, 1]).rows == 3)
        #expect(Self.row([1.0]).rows(at: []).elements.isEmpty)
    }

    @Test func `the targets of an example come with all its positions, and their weights`() {
        let objective = Objective<Double>(
            loss: .meanSquaredError,
            targets: Matrix(rows: 6, columns: 1, elements: [1, 2, 3, 4, 5, 6]),
            weights: [10, 20, 30, 40, 50, 60])
        let some = objective.rows(at: [2, 0], of: 3)
        #expect(some.targets == Matrix(rows: 4, columns: 1, elements: [5, 6, 1, 2]))
        #expect(some.weights == [50, 60, 10, 20])
    }
}
