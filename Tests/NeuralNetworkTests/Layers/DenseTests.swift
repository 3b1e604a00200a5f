import TestSupport
import Testing

@testable import NeuralNetwork

struct DenseTests {
    /// Two inputs, three outputs.
    static let layer = dense(
        weights: Matrix<Double>(rows: 3, columns: 2, elements: [1, 2, 0, -1, 3, 0.5]),
        bias: Matrix(rows: 1, columns: 3, elements: [10, 20, 30]), activation: .relu)
    static let input = Matrix<Double>(rows: 2, columns: 2, elements: [1, 2, -3, 40])

    /// First example (1, 2): 1 + 4 + 10 = 15, −2 + 20 = 18, 3 + 1 + 30 = 34;
    /// second (−3, 40): −3 + 80 + 10 = 87, −40 + 20 = −20, −9 + 20 + 30 = 41.
    @Test func `forward is as by hand`() {
        let pass = Self.layer.forward([Self.input], Run())
        #expect(pass.input == Self.input)
        #expect(pass.preActivation.elements == [15, 18, 34, 87, -20, 41])
        #expect(pass.activation.elements == [15, 18, 34, 87, 0, 41])
    }

    /// With dZ = ((1, 2, 3), (4, 5, 6)): dW row j is Σᵢ dZᵢⱼ·xᵢ, such as 1·1 + 4·(−3) = −11 and
    /// 1·2 + 4·40 = 162; db the sums of the columns; dX row i is dZᵢ·W, such as
    /// 1·1 + 2·0 + 3·3 = 10 and 1·2 − 2·1 + 3·0.5 = 1.5.
    @Test func `backward is as by hand`() {
        let dZ = Matrix<Double>(rows: 2, columns: 3, elements: [1, 2, 3, 4, 5, 6])
        let derivatives = Self.layer.layer.backward(
            dZ, from: Self.layer.forward([Self.input], Run()), Self.layer.numbers, Run(),
            toInputs: true)
        #expect(derivatives.parameters[0].elements == [-11, 162, -13, 204, -15, 246])
        #expect(derivatives.parameters[1].elements == [5, 7, 9])
        #expect(derivatives.inputs[0].elements == [10, 1.5, 22, 6])
    }

    @Test(arguments: [[4], [2, 4]], [true, false])
    func `derivatives match central differences`(shape: [Int], hasBias: Bool) throws {
        let layer = try LayerCase("dense", Dense.self, inputs: [shape], seed: 11) {
            $0.set("units", to: [3])
            $0.set("use_bias", to: hasBias)
        }
        for (name, distance) in layer.distances() {
            #expect(distance <= 1e-8, "\(name)")  // Products: rounding over the step.
        }
    }
}
