import Testing

@testable import NeuralNetwork

struct EmbeddingTests {
    static func layer(_ shape: [Int] = [3], vocabulary: Int = 4, features: Int = 2) throws
        -> Embedding
    {
        var settings = SettingValues(defaultsOf: Embedding.declaration.settings)
        settings.set("input_dim", to: [vocabulary])
        settings.set("output_dim", to: [features])
        return try Embedding(LayerPlan(settings, inputs: [shape]))
    }

    static let numbers = LayerNumbers(
        parameters: [Matrix<Double>(rows: 4, columns: 2, elements: [0, 1, 10, 11, 20, 21, 30, 31])])
    static let indices = Matrix<Double>(rows: 2, columns: 3, elements: [2, 0, 2, 3, 3, 3])

    static func pass(_ layer: Embedding, _ input: Matrix<Double>) -> LayerPass<Double> {
        let z = layer.forward([input], numbers, Run()).output
        return LayerPass(inputs: [input], preActivation: z, activation: z, kept: [], states: [])
    }

    @Test func `each number takes its row of W`() throws {
        let layer = try Self.layer()
        #expect(layer.outputShape == [3, 2])
        #expect(
            Self.pass(layer, Self.indices).activation
                == Matrix(
                    rows: 2, columns: 6,
                    elements: [20, 21, 0, 1, 20, 21, 30, 31, 30, 31, 30, 31]))
    }

    /// Row 2 is taken at the first and third place: 1 + 5 and 2 + 6. Row 3 at the last three:
    /// 7 + 9 + 11 and 8 + 10 + 12. Row 1 is not taken.
    @Test func `the derivatives of a row add up`() throws {
        let layer = try Self.layer()
        let derivatives = layer.backward(
            Matrix(rows: 2, columns: 6, elements: (1...12).map(Double.init)),
            from: Self.pass(layer, Self.indices), Self.numbers, Run(), toInputs: true)
        #expect(derivatives.parameters[0].elements == [3, 4, 0, 0, 6, 8, 27, 30])
        #expect(derivatives.inputs == [Matrix(rows: 2, columns: 3, repeating: 0)])
    }

    @Test(arguments: [[1], [5], [2, 3]])
    func `derivatives match central differences`(shape: [Int]) throws {
        var layer = try LayerCase("embedding", Embedding.self, inputs: [shape], seed: 13) {
            $0.set("input_dim", to: [6])
            $0.set("output_dim", to: [3])
        }
        var random = SplitMix64(seed: 14)
        layer.inputs = layer.inputs.map { $0.map { _ in Double(random.integer(in: 0...5)) } }
        for (name, distance) in layer.distances() {
            #expect(distance <= 1e-8, "\(name)")  // Copies and sums: rounding over the step.
        }
    }

    @Test func `a given W tells both sizes`() throws {
        let layer = try Embedding(
            LayerPlan(
                SettingValues(defaultsOf: Embedding.declaration.settings), inputs: [[7]],
                given: ["W": [5, 3]]))
        #expect(layer.outputShape == [7, 3])
        #expect(layer.parameters[0].shape == [5, 3])
        #expect(layer.parameters[0].fans == (5, 3))
    }

    @Test func `a W without rows is refused`() {
        let settings = SettingValues(defaultsOf: Embedding.declaration.settings)
        let fault = #expect(throws: LayerFault.self) {
            try Embedding(LayerPlan(settings, inputs: [[7]], given: ["W": [0, 3]]))
        }
        #expect(fault?.field == "W")
    }
}
