import Testing

@testable import NeuralNetwork

struct LSTMTests {
    /// One unit of one feature, W and U of the gates i, f, g, o such that
    ///
    ///     x₁ = 1: i = σ(0) = ½, f = σ(log 3) = ¾, g = tanh(atanh ½) = ½, o = σ(0) = ½
    ///             c₁ = ¾·0 + ½·½ = ¼, h₁ = ½·tanh ¼
    ///     x₂ = 0: the gates are of U·h₁ alone, which is 0 but for g's, atanh(½)·h₁ / h₁:
    ///             i = f = o = ½, g = ½, c₂ = ½·¼ + ½·½ = ⅜, h₂ = ½·tanh ⅜
    @Test func `forward is as by hand`() throws {
        var layer = try LayerCase("", LSTM.self, inputs: [[2, 1]], seed: 1) {
            $0.set("units", to: [1])
            $0.set("return_sequences", to: true)
            $0.set("use_bias", to: false)
        }
        let atanhOfHalf = Double.log(3) / 2
        let h = [Double.tanh(0.25) / 2, Double.tanh(0.375) / 2]
        layer.inputs = [Matrix(rows: 1, columns: 2, elements: [1, 0])]
        layer.numbers.parameters = [
            Matrix(rows: 4, columns: 1, elements: [0, Double.log(3), atanhOfHalf, 0]),
            Matrix(rows: 4, columns: 1, elements: [0, 0, atanhOfHalf / h[0], 0]),
        ]
        // The rounding of a few operations.
        #expect(layer.pass().preActivation.elements.distance(from: h) <= 1e-15)
    }

    @Test(arguments: Layout.allCases)
    func `forward is its definition`(layout: Layout) throws {
        for setting in RecurrentSetting.all {
            let layer = try setting.layer(LSTM.self, layout)
            let arrays = RecurrentArrays(layer)
            let expected = setting.run(layer) { x, h, c in
                let units = h.count
                let z = (0..<(4 * units)).map { arrays.input(x, $0) + arrays.recurrent(h, $0) }
                return (0..<units).map { k in
                    let (i, f) = (logistic(z[k]), logistic(z[units + k]))
                    let (g, o) = (Double.tanh(z[2 * units + k]), logistic(z[3 * units + k]))
                    c[k] = f * c[k] + i * g
                    return o * Double.tanh(c[k])
                }
            }
            // Sums of a few numbers about 1, in another order.
            #expect(layer.pass().preActivation.distance(from: expected) <= 1e-14)
        }
    }

    @Test(arguments: Layout.allCases)
    func `derivatives match central differences`(layout: Layout) throws {
        for setting in RecurrentSetting.all {
            for (name, distance) in try setting.layer(LSTM.self, layout).distances() {
                #expect(distance <= 1e-8, "\(name) \(setting)")  // Rounding over the step.
            }
        }
    }

    /// At ±1000 the slope of every gate is 0 to the last digit, and so is every derivative.
    @Test func `saturated gates stay finite`() throws {
        for sign in [-1.0, 1] {
            var layer = try RecurrentSetting.all[0].layer(LSTM.self, .course)
            layer.numbers.parameters[2] = Matrix(rows: 1, columns: 12, repeating: sign * 1000)
            let pass = layer.pass()
            let ones = Matrix<Double>(rows: 3, columns: 3, repeating: 1)
            let derivatives = layer.layer.backward(
                ones, from: pass, layer.numbers, Run(), toInputs: true)
            #expect(pass.preActivation.elements.allSatisfy { $0.isFinite })
            for array in derivatives.parameters + derivatives.inputs {
                #expect(array.elements.allSatisfy { $0 == 0 })
            }
        }
    }

    @Test func `only PyTorch has a second bias`() throws {
        for layout in Layout.allCases {
            let layer = try RecurrentSetting.all[0].layer(LSTM.self, layout)
            let names = layer.layer.parameters.map(\.form.name)
            #expect(names == ["W", "U", "b"] + (layout == .pytorch ? ["b_recurrent"] : []))
        }
    }

    @Test func `units are a quarter of the rows of W`() throws {
        let settings = SettingValues(defaultsOf: LSTM.declaration.settings)
        let layer = try LSTM(LayerPlan(settings, inputs: [[5, 2]], given: ["W": [12, 2]]))
        #expect(layer.outputShape == [3])
        #expect(layer.parameters.map(\.shape) == [[12, 2], [12, 3], [12]])
        for (declared, fans) in zip(layer.parameters, [(2.0, 12.0), (3, 12)]) {
            #expect(declared.fans == fans)
        }
        #expect(throws: LayerFault.self) {
            try LSTM(LayerPlan(settings, inputs: [[5, 2]], given: ["W": [10, 2]]))
        }
    }

    @Test func `what is wrong is refused by its field`() {
        let settings = SettingValues(defaultsOf: LSTM.declaration.settings)
        func field(_ plan: LayerPlan) -> String?? {
            do throws(LayerFault) {
                _ = try LSTM(plan)
                return nil
            } catch {
                return .some(error.field)
            }
        }
        #expect(field(LayerPlan(settings, inputs: [[5]])) == .some(nil))
        #expect(field(LayerPlan(settings, inputs: [[5, 2]], given: ["W": [10, 2]])) == "W")
        #expect(
            field(LayerPlan(settings, inputs: [[5, 2]], given: ["b_recurrent": [4]]))
                == "b_recurrent")
    }
}
