import NeuralNetwork
import Testing

@testable import Training

struct OptimizerTests {
    /// f(θ) = ½·3·(θ − 2)², whose gradient is 3·(θ − 2).
    @Test(arguments: optimizers.map(\.name))
    func `a parabola's lowest point is found`(name: String) throws {
        let optimizer = try #require(optimizers.first { $0.name == name }).byDefault
        var parameter = Matrix<Double>(rows: 1, columns: 1, repeating: -1)
        var slots = Array(
            repeating: Matrix<Double>(rows: 1, columns: 1, repeating: 0), count: optimizer.slots)
        for step in 1...3000 {
            let gradient = Matrix(rows: 1, columns: 1, repeating: 3 * (parameter[0, 0] - 2))
            optimizer.update(
                &parameter, along: gradient, slots: &slots, learningRate: 0.02, step: step)
        }
        #expect(abs(parameter[0, 0] - 2) < 1e-6)
    }

    @Test func `no name stands for two optimizers`() {
        let names = optimizers.flatMap { [$0.name] + $0.otherNames }
        #expect(Set(names).count == names.count)
    }
}
