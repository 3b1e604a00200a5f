import NeuralNetwork
import Testing

@testable import Checking

struct ComparisonTests {
    private func row(_ numbers: Double...) -> Matrix<Double> {
        Matrix(rows: 1, columns: numbers.count, elements: numbers)
    }

    @Test func `a multiple has its factor and no residual`() throws {
        let comparison = Comparison(row(3, -6, 9), row(1, -2, 3))
        #expect(try abs(#require(comparison.factor) - 3) <= 1e-15)  // A rounding or two.
        #expect(comparison.residual <= 1e-15)
        #expect(comparison.distance == 6)
    }

    @Test func `orthogonal numbers have the factor 0 and all of them as residual`() {
        let comparison = Comparison(row(1, 0), row(0, 1))
        #expect(comparison.factor == 0)
        #expect(comparison.residual == 1)
    }

    @Test func `there is no factor of zeros`() {
        #expect(Comparison(row(1, 2), row(0, 0)).factor == nil)
        #expect(Comparison(row(1, 2), row(0, 0)).residual == 1)
        #expect(Comparison(row(0, 0), row(0, 0)).residual == 0)
    }

    @Test func `zeros are zero times anything`() {
        #expect(Comparison(row(0, 0), row(1, 2)).factor == 0)
        #expect(Comparison(row(0, 0), row(1, 2)).residual == 0)
    }

    @Test(arguments: [1e-300, 1e-160, 1e160, 1e300])
    func `no square overflows or is lost`(size: Double) throws {
        let comparison = Comparison(row(2 * size, -4 * size), row(size, -2 * size))
        #expect(try abs(#require(comparison.factor) - 2) <= 1e-15)
        #expect(comparison.residual <= 1e-15)
    }

    @Test func `what is not finite has no factor`() {
        #expect(Comparison(row(.infinity, 1), row(1, 1)).factor == nil)
        #expect(Comparison(row(1, 1), row(.infinity, 1)).factor == nil)
    }
}
