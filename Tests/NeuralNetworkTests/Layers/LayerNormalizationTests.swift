import Testing

@testable import NeuralNetwork

struct LayerNormalizationTests {
    static func layer(_ shape: [Int], epsilon: Double) throws -> LayerNormalization {
        var settings = SettingValues(defaultsOf: LayerNormalization.declaration.settings)
        settings.set("epsilon", to: epsilon)
        return try LayerNormalization(LayerPlan(settings, inputs: [shape]))
    }

    /// The output for gamma 1 and beta 0, and all that both directions make of it.
    static func outputs<S: Scalar>(_ row: [S], epsilon: Double) throws -> (z: [S], dX: [S]) {
        let layer = try layer([row.count], epsilon: epsilon)
        let x = Matrix(rows: 1, columns: row.count, elements: row)
        let numbers = LayerNumbers<S>(parameters: [
            Matrix(rows: 1, columns: row.count, repeating: 1),
            Matrix(rows: 1, columns: row.count, repeating: 0),
        ])
        let output = layer.forward([x], numbers, Run())
        let pass = LayerPass(
            inputs: [x], preActivation: output.output, activation: output.output,
            kept: output.kept, states: [])
        let dX = layer.backward(x, from: pass, numbers, Run(), toInputs: true).inputs[0]
        _ = layer.pushForward([x], numbers.parameters, from: pass, numbers, Run())
        return (output.output.elements, dX.elements)
    }

    /// (1, 2, 6): mean 3, deviations (−2, −1, 3), variance 14/3; with ε = 1/3
    /// σ is √5. With gamma (1, 2, 3) and beta (10, 20, 30): 10 − 2/√5, 20 − 2/√5, 30 + 9/√5.
    /// With dZ = (1, 1, 0): dx̂ = (1, 2, 0), of mean 1; dx̂·x̂ = −4/√5, of mean −4/(3√5). So dx is
    /// (0 − 8/15, 1 − 4/15, −1 + 12/15)/√5 = (−8, 11, −3)/(15√5).
    @Test func `both directions are as by hand`() throws {
        let layer = try Self.layer([3], epsilon: 1.0 / 3)
        let root = 5.0.squareRoot()
        let x = Matrix<Double>(rows: 1, columns: 3, elements: [1, 2, 6])
        let numbers = LayerNumbers<Double>(parameters: [
            Matrix(rows: 1, columns: 3, elements: [1, 2, 3]),
            Matrix(rows: 1, columns: 3, elements: [10, 20, 30]),
        ])
        let output = layer.forward([x], numbers, Run())
        let expected = [10 - 2 / root, 20 - 2 / root, 30 + 9 / root]
        #expect(output.output.elements.distance(from: expected) <= 1e-15)
        let pass = LayerPass(
            inputs: [x], preActivation: output.output, activation: output.output,
            kept: output.kept, states: [])
        let derivatives = layer.backward(
            Matrix(rows: 1, columns: 3, elements: [1, 1, 0]), from: pass, numbers, Run(),
            toInputs: true)
        let dX = [-8.0, 11, -3].map { $0 / (15 * root) }
        #expect(derivatives.inputs[0].elements.distance(from: dX) <= 1e-15)
        let dScale = [-2 / root, -1 / root, 0]
        #expect(derivatives.parameters[0].elements.distance(from: dScale) <= 1e-15)
        #expect(derivatives.parameters[1].elements == [1, 1, 0])
    }

    @Test(arguments: [[5], [1], [3, 4], [2, 2, 3]], [1e-3, 1e-5, 0.1])
    func `derivatives match central differences`(shape: [Int], epsilon: Double) throws {
        let layer = try LayerCase(
            "layer_normalization", LayerNormalization.self, inputs: [shape], seed: 15
        ) { $0.set("epsilon", to: epsilon) }
        for (name, distance) in layer.distances() {
            #expect(distance <= 1e-6, "\(name)")  // h² times the third derivative, of about 1/σ³.
        }
    }

    /// 0.1 + 0.1 + 0.1 is not 3 times 0.1.
    @Test(arguments: [0.1, -7, 1e300])
    func `equal numbers come out as exactly 0`(number: Double) throws {
        let (z, dX) = try Self.outputs([number, number, number], epsilon: 1e-3)
        #expect(z == [0, 0, 0])
        #expect(dX.allSatisfy { $0.magnitude <= 1e-13 * number.magnitude })
    }

    @Test func `equal numbers without epsilon are not numbers, and no trap`() throws {
        let (z, dX) = try Self.outputs([2.0, 2, 2], epsilon: 0)
        #expect(z.allSatisfy { $0.isNaN })
        #expect(dX.allSatisfy { $0.isNaN })
    }

    /// Deviations (−1, 0, 1) in units of the size: σ = √(2/3) units.
    @Test(arguments: [1e-3, 1, 1e9, 1e30, 1e200, 1e308])
    func `numbers of any size are normalized alike`(size: Double) throws {
        let expected = [-1.5.squareRoot(), 0, 1.5.squareRoot()]
        let (z, _) = try Self.outputs([-size, 0, size], epsilon: 0)
        #expect(z.distance(from: expected) <= 1e-15)
        if size <= 1e30 {
            let (z, _) = try Self.outputs([-Float(size), 0, Float(size)], epsilon: 0)
            #expect(z.distance(from: expected.map { Float($0) }) <= 1e-6)
        }
    }

    @Test func `what is not finite makes its own position so, and no trap`() throws {
        for number in [Double.infinity, -.infinity, .nan] {
            let (z, _) = try Self.outputs([1, number, 2], epsilon: 1e-3)
            #expect(z.contains { $0.isNaN })
        }
    }
}
