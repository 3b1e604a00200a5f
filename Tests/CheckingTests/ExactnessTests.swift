import NeuralNetwork
import Testing

@testable import Checking

struct ExactnessTests {
    private func exactness(_ numbers: [Double], isFloat32: Bool = false) -> Exactness {
        Exactness(
            of: Submission(tensors: [
                .inputs: Submission.Tensor(
                    Matrix(rows: 1, columns: numbers.count, elements: numbers), numbers: numbers)
            ]), isFloat32: isFloat32)
    }

    @Test func `numbers of 17 digits are float64`() {
        #expect(exactness([0.1 + 0.2, 1.0 / 3, -2.0 / 7]) == .float64)
    }

    @Test func `numbers that a Float holds are float32`() {
        #expect(exactness([0.001 / 3, -2.0 / 7].map { Double(Float($0)) }) == .float32)
    }

    @Test func `a network in float32 gives no more`() {
        #expect(exactness([1.0 / 3, -2.0 / 7], isFloat32: true) == .float32)
    }

    @Test(arguments: 3...8)
    func `decimals are told from the numbers`(decimals: Int) {
        let unit = (0..<decimals).reduce(1.0) { unit, _ in unit * 10 }
        let numbers = [1.0 / 3, -2.0 / 7, 123.0 / 17].map { ($0 * unit).rounded() / unit }
        let exactness = exactness(numbers)
        #expect(exactness.decimals == decimals)
        #expect(exactness.halfUnit == 0.5 / unit)
    }

    @Test func `zeros say nothing of decimals`() {
        #expect(exactness([0, 1.0 / 3, 0, 2.0 / 7]).decimals == nil)
        #expect(exactness([0, 0]).decimals == nil)
    }

    @Test func `a tolerance grows with the size and never is less than half a unit`() {
        #expect(Exactness.float64.tolerance(10, noise: 0) == 10 * 1e-7)
        #expect(exactness([0.123, 4.567]).tolerance(0, noise: 0) >= 0.5e-3)
        #expect(Exactness.float64.halfUnit == 0)
    }

    @Test func `one that was asked for is taken as it is`() {
        #expect(Exactness(tolerance: 0.01).tolerance(2, noise: 0) == 0.02)
    }
}
