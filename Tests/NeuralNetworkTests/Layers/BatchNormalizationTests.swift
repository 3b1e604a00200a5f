import Testing

@testable import NeuralNetwork

struct BatchNormalizationTests {
    static func layer(_ set: (inout SettingValues) -> Void = { _ in }) throws -> LayerCase {
        var layer = try LayerCase("", BatchNormalization.self, inputs: [[2]], examples: 4, seed: 1)
        {
            $0.set("epsilon", to: 0.0)
            set(&$0)
        }
        layer.inputs = [Matrix(rows: 4, columns: 2, elements: [1, 0, 3, 0, 5, 4, 7, 4])]
        layer.numbers.parameters = [
            Matrix(rows: 1, columns: 2, elements: [2, 3]),
            Matrix(rows: 1, columns: 2, elements: [10, 20]),
        ]
        return layer
    }

    /// Columns (1, 3, 5, 7): μ = 4, σ² = 5; (0, 0, 4, 4): μ = 2, σ² = 4, so that x̂ = −1, −1, 1, 1 and
    /// A = 3·x̂ + 20. In the first, x̂ = (−3, −1, 1, 3)/√5 and A = 2·x̂ + 10.
    @Test func `the batch's statistics are as by hand`() throws {
        let a = try Self.layer().pass().activation
        let root5 = 5.0.squareRoot()
        #expect(
            a.elements.distance(from: [
                10 - 6 / root5, 17, 10 - 2 / root5, 17, 10 + 2 / root5, 23, 10 + 6 / root5, 23,
            ]) <= 1e-15)
    }

    /// moving ← 0.75·moving + 0.25·batch, from 0 and 1: μ = 4, 2 and σ² = 5, 4; with n − 1 the
    /// variances are 20/3 and 16/3.
    @Test(arguments: [(false, [2.0, 1.75]), (true, [0.75 + 5 / 3.0, 0.75 + 4 / 3.0])])
    func `running statistics go on`(unbiased: Bool, variance: [Double]) throws {
        let layer = try Self.layer {
            $0.set("momentum", to: 0.75)
            $0.set("unbiased", to: unbiased)
        }
        let states = layer.pass().states
        #expect(states[0].elements == [1, 0.5])
        #expect(states[1].elements.distance(from: variance) <= 1e-15)
    }

    /// With μ = 0 and σ² = 1 of the start nothing is moved: A = γ·x + β.
    @Test func `inference takes the running statistics and leaves them`() throws {
        var layer = try Self.layer()
        layer.run = Run(.inference)
        let pass = layer.pass()
        #expect(pass.activation.elements == [12, 20, 16, 20, 20, 32, 24, 32])
        #expect(pass.states.isEmpty)
        #expect(!layer.layer.mixesExamples(layer.run))
        #expect(layer.layer.mixesExamples(Run(.training)))
    }

    @Test func `a batch of one gives beta, and no derivative but its own`() throws {
        var layer = try LayerCase("", BatchNormalization.self, inputs: [[2]], examples: 1, seed: 2)
        layer.numbers.parameters[1] = Matrix(rows: 1, columns: 2, elements: [5, 6])
        let pass = layer.pass()
        #expect(pass.activation.elements == [5, 6])
        let ours = layer.layer.backward(
            Matrix(rows: 1, columns: 2, elements: [1, 1]), from: pass, layer.numbers, layer.run,
            toInputs: true)
        #expect(ours.inputs[0].elements == [0, 0])
    }
}
