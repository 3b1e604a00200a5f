import Testing

@testable import NeuralNetwork

struct SimpleRNNTests {
    /// One example of two times, (1, 2) and (−1, 0), and two units of ReLU.
    ///
    ///     W = ((1, 0), (−1, 1)), U = ((0, 2), (1, 0)), b = (0.5, −3)
    ///     Z₁ = (1, 1) + (0.5, −3) = (1.5, −2), h₁ = (1.5, 0)
    ///     Z₂ = (−1, 1) + (0.5, −3) + (0, 1.5) = (−0.5, −0.5), h₂ = (0, 0)
    ///
    /// Backwards, (−1, 0) comes first:
    ///
    ///     Z₁ = (−1, 1) + (0.5, −3) = (−0.5, −2), h₁ = (0, 0)
    ///     Z₂ = (1, 1) + (0.5, −3) = (1.5, −2), h₂ = (1.5, 0)
    @Test(arguments: [(false, [1.5, 0, 0, 0]), (true, [0, 0, 1.5, 0])])
    func `forward is as by hand`(backwards: Bool, expected: [Double]) throws {
        for sequences in [true, false] {
            var layer = try LayerCase("", SimpleRNN.self, inputs: [[2, 2]], seed: 1) {
                $0.set("units", to: [2])
                $0.set("nonlinearity", to: "relu")
                $0.set("return_sequences", to: sequences)
                $0.set("go_backwards", to: backwards)
            }
            layer.inputs = [Matrix(rows: 1, columns: 4, elements: [1, 2, -1, 0])]
            layer.numbers.parameters = [
                Matrix(rows: 2, columns: 2, elements: [1, 0, -1, 1]),
                Matrix(rows: 2, columns: 2, elements: [0, 2, 1, 0]),
                Matrix(rows: 1, columns: 2, elements: [0.5, -3]),
            ]
            let output = layer.pass().preActivation
            #expect(output.elements == (sequences ? expected : Array(expected.suffix(2))))
            #expect(layer.layer.outputShape == (sequences ? [2, 2] : [2]))
        }
    }

    @Test(arguments: Layout.allCases, [SimpleRNN.Nonlinearity.tanh, .relu])
    func `forward is its definition`(layout: Layout, f: SimpleRNN.Nonlinearity) throws {
        for setting in RecurrentSetting.all {
            let layer = try setting.layer(SimpleRNN.self, layout) {
                $0.set("nonlinearity", to: f.rawValue)
            }
            let arrays = RecurrentArrays(layer)
            let expected = setting.run(layer) { x, h, _ in
                h.indices.map { k in
                    let z = arrays.input(x, k) + arrays.recurrent(h, k)
                    return f == .tanh ? Double.tanh(z) : max(z, 0)
                }
            }
            // Sums of a few numbers about 1, in another order.
            #expect(layer.pass().preActivation.distance(from: expected) <= 1e-14)
        }
    }

    @Test(arguments: Layout.allCases, [SimpleRNN.Nonlinearity.tanh, .relu])
    func `derivatives match central differences`(
        layout: Layout, f: SimpleRNN.Nonlinearity
    ) throws {
        for setting in RecurrentSetting.all {
            let layer = try setting.layer(SimpleRNN.self, layout) {
                $0.set("nonlinearity", to: f.rawValue)
            }
            for (name, distance) in layer.distances() {
                #expect(distance <= 1e-7, "\(name) \(setting)")  // A few steps of products.
            }
        }
    }

    @Test func `only PyTorch has a second bias`() throws {
        for layout in Layout.allCases {
            let layer = try RecurrentSetting.all[0].layer(SimpleRNN.self, layout)
            let names = layer.layer.parameters.map(\.form.name)
            #expect(names == ["W", "U", "b"] + (layout == .pytorch ? ["b_recurrent"] : []))
        }
    }

    @Test func `without use_bias there is none`() throws {
        let layer = try LayerCase(
            "", SimpleRNN.self, inputs: [[2, 2]], layout: .pytorch, seed: 1
        ) { $0.set("use_bias", to: false) }
        #expect(layer.layer.parameters.map(\.form.name) == ["W", "U"])
    }

    @Test func `units are those of W`() throws {
        let settings = SettingValues(defaultsOf: SimpleRNN.declaration.settings)
        let layer = try SimpleRNN(
            LayerPlan(settings, inputs: [[5, 2]], given: ["W": [3, 2], "U": [3, 3]]))
        #expect(layer.outputShape == [3])
        #expect(layer.parameters.map(\.shape) == [[3, 2], [3, 3], [3]])
    }

    @Test func `what is wrong is refused by its field`() {
        let settings = SettingValues(defaultsOf: SimpleRNN.declaration.settings)
        func field(_ plan: LayerPlan) -> String?? {
            do throws(LayerFault) {
                _ = try SimpleRNN(plan)
                return nil
            } catch {
                return .some(error.field)
            }
        }
        #expect(field(LayerPlan(settings, inputs: [[5]])) == .some(nil))
        #expect(field(LayerPlan(settings, inputs: [[5, 4, 3]])) == .some(nil))
        #expect(
            field(LayerPlan(settings, inputs: [[5, 2]], given: ["b_recurrent": [1]]))
                == "b_recurrent")
    }
}
