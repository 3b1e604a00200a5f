import NeuralNetwork
import Testing

@testable import Checking

struct UnitOrderTests {
    private let right = Matrix<Double>(rows: 3, columns: 2, elements: [1, 2, 3, 4, 5, 6])

    @Test func `rows in another order are permuted units`() {
        let g = Matrix<Double>(rows: 3, columns: 2, elements: [5, 6, 1, 2, 3, 4])
        #expect(UnitOrder.isPermuted(g, of: right, within: 1e-9))
    }

    @Test func `columns in another order are permuted units`() {
        let g = Matrix<Double>(rows: 3, columns: 2, elements: [2, 1, 4, 3, 6, 5])
        #expect(UnitOrder.isPermuted(g, of: right, within: 1e-9))
    }

    @Test func `numbers shuffled over rows and columns are not`() {
        let g = Matrix<Double>(rows: 3, columns: 2, elements: [1, 3, 2, 4, 5, 6])
        #expect(!UnitOrder.isPermuted(g, of: right, within: 1e-9))
    }

    @Test func `a row of another shape is not`() {
        let g = Matrix<Double>(rows: 2, columns: 3, elements: [1, 2, 3, 4, 5, 6])
        #expect(!UnitOrder.isPermuted(g, of: right, within: 1e-9))
    }

    @Test func `the numbers of a vector in another order are permuted units`() {
        let b = Matrix<Double>(rows: 1, columns: 3, elements: [1, 2, 3])
        let g = Matrix<Double>(rows: 1, columns: 3, elements: [3, 1, 2])
        #expect(UnitOrder.isPermuted(g, of: b, within: 1e-9))
    }

    @Test func `one number has no order`() {
        let one = Matrix<Double>(rows: 1, columns: 1, elements: [1])
        #expect(!UnitOrder.isPermuted(one, of: one, within: 1e-9))
    }

    @Test func `rows may differ by the tolerance`() {
        let g = Matrix<Double>(rows: 3, columns: 2, elements: [5.001, 6, 1, 2, 3, 4])
        #expect(UnitOrder.isPermuted(g, of: right, within: 0.01))
        #expect(!UnitOrder.isPermuted(g, of: right, within: 1e-4))
    }
}
