import TestSupport
import Testing

@testable import NeuralNetwork

struct NetworkTests {
    /// Two inputs, two hidden units, one output.
    static let network = Network<Double>(layers: [
        dense(
            weights: Matrix(rows: 2, columns: 2, elements: [1, -1, 2, 0.5]),
            bias: Matrix(rows: 1, columns: 2, elements: [0, -4]), activation: .relu),
        dense(
            weights: Matrix(rows: 1, columns: 2, elements: [3, -2]),
            bias: Matrix(rows: 1, columns: 1, elements: [1]), activation: .linear),
    ])
    static let inputs = Matrix<Double>(rows: 2, columns: 2, elements: [3, 1, 1, 4])

    /// First example (3, 1): Z₁ = (3 − 1, 6 + 0.5 − 4) = (2, 2.5), A₁ the same,
    /// Z₂ = 6 − 5 + 1 = 2; second (1, 4): Z₁ = (−3, 2 + 2 − 4) = (−3, 0), A₁ = (0, 0), Z₂ = 1.
    @Test func `each layer takes what the one before it gives`() {
        let pass = Self.network.forward(Self.inputs)
        #expect(pass.layers.count == 2)
        #expect(pass.layers[0].input == Self.inputs)
        #expect(pass.layers[0].preActivation.elements == [2, 2.5, -3, 0])
        #expect(pass.layers[1].input.elements == [2, 2.5, 0, 0])
        #expect(pass.outputs == Matrix(rows: 2, columns: 1, elements: [2, 1]))
        #expect(pass.examples == 2)
    }

    /// Z = A = (2, 1) and Y = (0, 4): ½·2² = 2, ½·3² = 4.5.
    @Test func `every example has its own loss`() {
        let losses = Self.network.losses(
            of: Self.network.forward(Self.inputs), .halfSquaredError,
            targets: Matrix(rows: 2, columns: 1, elements: [0, 4]))
        #expect(losses == [2, 4.5])
    }

    /// No row of a product depends on another; the sums inside are of three and four terms, which a
    /// product of another shape may add up in another order.
    @Test(arguments: activations)
    func `an example gives the same alone as in its batch`(hidden: Named<Activation>) {
        let problem = Problem.random(
            hidden: hidden.value, .categoricalCrossentropy(fromLogits: false), examples: 5,
            seed: 61)
        let outputs = problem.network.forward(problem.inputs).outputs
        for i in 0..<5 {
            let alone = problem.network.forward(problem.inputs.rows(i..<(i + 1))).outputs
            #expect(alone.distance(from: outputs.rows(i..<(i + 1))) <= 1e-14)
        }
    }
}
