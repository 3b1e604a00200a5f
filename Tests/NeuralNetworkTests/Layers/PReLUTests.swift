import Testing

@testable import NeuralNetwork

struct PReLUTests {
    static func layer(_ shape: [Int]) throws -> PReLU {
        try PReLU(LayerPlan(SettingValues(defaultsOf: []), inputs: [shape]))
    }

    /// Two positions of two features, alpha (0.5, 2): −2·0.5 = −1 and 3; 0·0.5 = 0 and −1·2 = −2.
    /// With dA = (1, 10, 100, 1000): dx is dA times 0.5, 1, 0.5 (the slope at 0) and 2; dalpha is
    /// 1·(−2) + 100·0 and 1000·(−1).
    @Test func `both directions are as by hand`() throws {
        let layer = try Self.layer([2, 2])
        #expect(layer.outputShape == [2, 2])
        let x = Matrix<Double>(rows: 1, columns: 4, elements: [-2, 3, 0, -1])
        let numbers = LayerNumbers(
            parameters: [Matrix<Double>(rows: 1, columns: 2, elements: [0.5, 2])])
        let a = layer.forward([x], numbers, Run()).output
        #expect(a == Matrix(rows: 1, columns: 4, elements: [-1, 3, 0, -2]))
        let pass = LayerPass(inputs: [x], preActivation: a, activation: a, kept: [], states: [])
        let derivatives = layer.backward(
            Matrix(rows: 1, columns: 4, elements: [1, 10, 100, 1000]), from: pass, numbers, Run(),
            toInputs: true)
        #expect(derivatives.inputs[0].elements == [0.5, 10, 50, 2000])
        #expect(derivatives.parameters[0].elements == [-2, -1000])
    }

    @Test(arguments: [[4], [3, 2], [2, 2, 3]])
    func `derivatives match central differences`(shape: [Int]) throws {
        let layer = try LayerCase("prelu", PReLU.self, inputs: [shape], seed: 12)
        for (name, distance) in layer.distances() {
            #expect(distance <= 1e-8, "\(name)")  // Straight lines: rounding over the step.
        }
    }

    @Test func `a number that is infinite or none passes through`() throws {
        let x = Matrix<Double>(rows: 1, columns: 3, elements: [.infinity, -.infinity, .nan])
        let numbers = LayerNumbers(
            parameters: [Matrix<Double>(rows: 1, columns: 3, elements: [0, 0.5, 0.5])])
        let a = try Self.layer([3]).forward([x], numbers, Run()).output.elements
        #expect(a[0] == .infinity && a[1] == -.infinity && a[2].isNaN)
    }
}
