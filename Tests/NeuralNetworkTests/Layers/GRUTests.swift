import Testing

@testable import NeuralNetwork

struct GRUTests {
    /// One unit of one feature, with W = 0 and U = 0, so that all is of the biases:
    ///
    ///     z = σ(log 3) = ¾, r = σ(−log 3) = ¼, n = tanh(b_n + ¼·b′_n) = tanh(2·¼) with b_n = 0
    ///     h₁ = ¾·0 + ¼·tanh ½, h₂ = ¾·h₁ + ¼·tanh ½
    ///
    /// PyTorch's biases are in the order r, z, n.
    @Test(arguments: Layout.allCases)
    func `forward is as by hand`(layout: Layout) throws {
        var layer = try LayerCase("", GRU.self, inputs: [[2, 1]], layout: layout, seed: 1) {
            $0.set("units", to: [1])
            $0.set("return_sequences", to: true)
        }
        let (z, r) = (Double.log(3), -Double.log(3))
        layer.inputs = [Matrix(rows: 1, columns: 2, elements: [5, 6])]
        layer.numbers.parameters = [
            Matrix(rows: 3, columns: 1, repeating: 0), Matrix(rows: 3, columns: 1, repeating: 0),
            Matrix(rows: 1, columns: 3, elements: layout == .pytorch ? [r, z, 0] : [z, r, 0]),
            Matrix(rows: 1, columns: 3, elements: [0, 0, 2]),
        ]
        let first = Double.tanh(0.5) / 4
        // The rounding of a few operations.
        #expect(
            layer.pass().preActivation.elements.distance(from: [first, 0.75 * first + first])
                <= 1e-15)
    }

    @Test(arguments: Layout.allCases)
    func `forward is its definition`(layout: Layout) throws {
        for setting in RecurrentSetting.all {
            let layer = try setting.layer(GRU.self, layout)
            let arrays = RecurrentArrays(layer)
            let expected = setting.run(layer) { x, h, _ in
                let units = h.count
                let (forZ, forR) = layout == .pytorch ? (units, 0) : (0, units)
                func sum(_ row: Int) -> Double { arrays.input(x, row) + arrays.recurrent(h, row) }
                return (0..<units).map { k in
                    let (z, r) = (logistic(sum(forZ + k)), logistic(sum(forR + k)))
                    let n = Double.tanh(
                        arrays.input(x, 2 * units + k) + r * arrays.recurrent(h, 2 * units + k))
                    return z * h[k] + (1 - z) * n
                }
            }
            // Sums of a few numbers about 1, in another order.
            #expect(layer.pass().preActivation.distance(from: expected) <= 1e-14)
        }
    }

    @Test(arguments: Layout.allCases)
    func `derivatives match central differences`(layout: Layout) throws {
        for setting in RecurrentSetting.all {
            for (name, distance) in try setting.layer(GRU.self, layout).distances() {
                #expect(distance <= 1e-8, "\(name) \(setting)")  // Rounding over the step.
            }
        }
    }

    /// With z = σ(40) and h₀ = 0, h₁ is (1 − z)·n, of which 1 − z would be 0 by subtraction.
    @Test func `an update gate near 1 keeps the digits of what it lets through`() throws {
        var layer = try LayerCase("", GRU.self, inputs: [[1, 1]], seed: 1)
        layer.inputs = [Matrix(rows: 1, columns: 1, repeating: 0)]
        layer.numbers.parameters[2] = Matrix(rows: 1, columns: 3, elements: [40, 0, 1])
        layer.numbers.parameters[3] = Matrix(rows: 1, columns: 3, repeating: 0)
        let expected = Double.exp(-40) / (1 + Double.exp(-40)) * Double.tanh(1)
        // The rounding of a few operations.
        #expect(relativeDistance(layer.pass().preActivation[0, 0], expected) <= 1e-15)
    }

    @Test func `every layout has two biases`() throws {
        for layout in Layout.allCases {
            let layer = try RecurrentSetting.all[0].layer(GRU.self, layout).layer
            #expect(layer.parameters.map(\.form.name) == ["W", "U", "b", "b_recurrent"])
            #expect(layer.parameters.map(\.shape) == [[9, 2], [9, 3], [9], [9]])
        }
    }

    @Test func `without use_bias there is none`() throws {
        let layer = try LayerCase("", GRU.self, inputs: [[2, 2]], seed: 1) {
            $0.set("use_bias", to: false)
        }
        #expect(layer.layer.parameters.map(\.form.name) == ["W", "U"])
    }

    @Test func `what is wrong is refused by its field`() {
        let settings = SettingValues(defaultsOf: GRU.declaration.settings)
        func field(_ plan: LayerPlan) -> String?? {
            do throws(LayerFault) {
                _ = try GRU(plan)
                return nil
            } catch {
                return .some(error.field)
            }
        }
        #expect(field(LayerPlan(settings, inputs: [[5]])) == .some(nil))
        #expect(field(LayerPlan(settings, inputs: [[5, 2]], given: ["W": [10, 2]])) == "W")
        #expect(
            field(
                LayerPlan(settings, inputs: [[5, 2]], given: ["W": [9, 2], "b_recurrent": [9]]))
                == nil)
    }
}
