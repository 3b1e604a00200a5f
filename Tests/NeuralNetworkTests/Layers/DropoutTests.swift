import Testing

@testable import NeuralNetwork

struct DropoutTests {
    /// `np.random.seed(1); np.random.rand(3, 2) < 0.5` is
    /// [[1, 0], [1, 1], [1, 1]]: 0.417, 0.720, 0.0001, 0.302, 0.147, 0.092.
    @Test(arguments: [(Layout.course, [1.0, 1, 1, 0, 1, 1]), (.keras, [1, 0, 1, 1, 1, 1])])
    func `the mask is NumPy's, drawn in the layout's order`(layout: Layout, mask: [Double]) throws {
        // Three units and two examples in course, two units and three examples in keras.
        let (units, examples) = layout == .course ? (3, 2) : (2, 3)
        let layer = try LayerCase(
            "", Dropout.self, inputs: [[units]], examples: examples, layout: layout, seed: 1
        ) {
            $0.set("keep_prob", to: 0.5)
            $0.set("seed", to: [1])
        }
        #expect(layer.pass().kept[0].elements == mask)
    }

    @Test func `what is kept is divided by keep_prob, and a mask that is given is taken`() throws {
        var layer = try LayerCase("", Dropout.self, inputs: [[2]], examples: 2, seed: 1) {
            $0.set("rate", to: 0.75)
        }
        layer.inputs = [Matrix(rows: 2, columns: 2, elements: [1, .infinity, 3, 4])]
        layer.numbers.mask = Matrix(rows: 2, columns: 2, elements: [1, 0, 0, 1])
        #expect(layer.pass().activation.elements == [4, 0, 0, 16])
    }

    @Test func `each step of a training draws anew, and the same step the same`() throws {
        var layer = try LayerCase("", Dropout.self, inputs: [[50]], seed: 1) {
            $0.set("rate", to: 0.5)
        }
        let first = layer.pass().kept[0]
        #expect(layer.pass().kept[0] == first)
        layer.run = Run(.training, step: 1)
        #expect(layer.pass().kept[0] != first)
    }

    @Test func `inference changes nothing`() throws {
        let layer = try LayerCase("", Dropout.self, inputs: [[3]], seed: 1, mode: .inference) {
            $0.set("rate", to: 0.5)
        }
        #expect(layer.pass().activation == layer.inputs[0])
        #expect(layer.pass().kept.isEmpty)
    }

    @Test(arguments: [
        (["rate": 1.0], "rate"), (["keep_prob": 0], "keep_prob"),
        (["rate": 0.5, "keep_prob": 0.5], "keep_prob"), ([:], nil),
    ])
    func `a rate that drops all, both names and none are refused`(
        values: [String: Double], field: String?
    ) {
        let fault = #expect(throws: LayerFault.self) {
            _ = try LayerCase("", Dropout.self, inputs: [[3]], seed: 1) { settings in
                for (name, value) in values { settings.set(name, to: value) }
            }
        }
        #expect(fault?.field == field)
    }
}
