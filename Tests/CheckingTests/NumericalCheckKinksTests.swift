import NeuralNetwork
import TestSupport
import Testing

@testable import Checking

struct NumericalCheckKinksTests {
    /// Z is half a step above 0, so that θ − h is on the other side: there the central difference
    /// is three quarters of the slope.
    private static let near = GradientProblem.unit(
        .relu, weight: 1, bias: 3e-6 - 1, x: [1], y: [1])

    @Test func `a step over a kink is found, and a shorter one taken`() throws {
        let result = try Self.near.check()
        #expect(result.verdict == .agrees)
        for tensor in result.tensors {
            let entry = tensor.entries[0]
            #expect(entry.kink == .activation(layer: 0))
            // The slope is not quite the same over the step: h·J″ of it, 6e-6.
            #expect(abs(entry.plain / entry.numeric - 0.75) <= 1e-5)
        }
        #expect(try #require(result.figure.value) <= 1e-7)
        #expect(try #require(result.figure.withKinks) > 0.1)  // (1 − ¾)/(1 + ¾) = 1/7.
    }

    @Test func `a mistake beside a kink is still a mistake`() throws {
        let result = try Self.near.check { $0.scale(by: 1.1) }
        #expect(result.verdict == .disagrees)
        #expect(abs(try #require(result.figure.factor) - 1.1) <= 1e-6)
    }

    /// Everything starts at 0: the slope of relu is 0 on the left and 1 on the right.
    @Test(arguments: [Activation.relu, .leakyReLU(slope: 0.1), .hardTanh, .relu6, .selu])
    func `at a kink nothing is called wrong`(activation: Activation) throws {
        let z = activation == .hardTanh ? 1.0 : 0
        let problem = GradientProblem.unit(activation, weight: 0, bias: z, x: [1], y: [3])
        for factor in [0, 0.5, 1] {
            let result = try problem.check { $0.scale(by: factor) }
            #expect(result.verdict == .atKink)
            #expect(result.figure.value == nil)
            #expect(result.tensors.allSatisfy { $0.entries[0].kink == .activation(layer: 0) })
            #expect(result.tensors.allSatisfy { $0.entries[0].left != $0.entries[0].right })
        }
    }

    @Test func `weights of 0 are at the kink of the L1 penalty`() throws {
        var problem = GradientProblem.random(penalty: Penalty(l1: 0.3, scale: .lambda))
        problem.network.layers[0].weights[1, 2] = 0
        for sign in [-1.0, 0, 1] {
            let result = try problem.check { $0[0][0]![1, 2] += 0.3 * sign }
            #expect(result.verdict == .agrees)
            let atKinks = result.tensors[0].entries.filter { $0.verdict == .atKink }
            #expect(atKinks.map(\.index) == [5])
            #expect(atKinks.map(\.kink) == [.penalty])
            #expect(abs(atKinks[0].right - atKinks[0].left - 0.6) <= 1e-4)  // ± λ, and curvature.
        }
    }

    @Test(arguments: [Loss.meanAbsoluteError, .hinge, .categoricalHinge])
    func `the kink of a loss is found`(loss: Loss) throws {
        // A = 1 and Y = 1: |A − Y| and 1 − Y·A are 0; so is 1 + max (1 − Y)·A − Y·A of one output.
        let problem = GradientProblem.unit(.linear, weight: 1, x: [1], y: [1], loss: loss)
        let result = try problem.check()
        #expect(result.verdict == .atKink)
        #expect(result.tensors[0].entries[0].kink == .loss)
    }

    /// The slope of Huber's loss has a kink, but no jump.
    @Test(arguments: [Loss.huber(delta: 1), .smoothL1(beta: 1), .squaredHinge])
    func `a kink of the slope alone does no harm`(loss: Loss) throws {
        let y = loss == .squaredHinge ? 1.0 : 0
        let result = try GradientProblem.unit(.linear, weight: 1, x: [1], y: [y], loss: loss)
            .check()
        #expect(result.verdict != .disagrees)
    }

    /// Of 1 and 1 the first is the largest; either may be when one moves.
    @Test func `a maximum that changes is found`() throws {
        let first = try Conv2D(
            LayerPlan(
                Self.settings(Conv2D.declaration.settings, ("filters", [1]), ("kernel_size", [1])),
                inputs: [[1, 2, 1]]))
        let largest = try GlobalMaxPooling2D(
            LayerPlan(SettingValues(defaultsOf: []), inputs: [[1, 2, 1]]))
        let layers = [
            NetworkLayer(
                first, sources: [-1],
                numbers: LayerNumbers<Double>(parameters: [
                    Matrix(rows: 1, columns: 1, repeating: 0),
                    Matrix(rows: 1, columns: 1, repeating: 1),
                ])),
            NetworkLayer(largest, sources: [0], numbers: LayerNumbers()),
        ]
        let problem = GradientProblem(
            network: Network(layers: layers, inputShape: [1, 2, 1]),
            inputs: Matrix(rows: 1, columns: 2, elements: [1, 2]),
            objective: Objective(
                loss: .halfSquaredError, targets: Matrix(rows: 1, columns: 1, repeating: 0)))
        let result = try problem.check()
        #expect(result.tensors.map(\.verdict) == [.atKink, .agrees])
        #expect(result.tensors[0].entries[0].kink == .maximum(layer: 1))
    }

    @Test func `a kink within a layer is seen in the cost`() throws {
        var settings = Self.settings(SimpleRNN.declaration.settings, ("units", [1]))
        settings.set("nonlinearity", to: "relu")
        let layer = try SimpleRNN(LayerPlan(settings, inputs: [[1, 1]]))
        let problem = GradientProblem(
            network: Network(
                layers: [
                    NetworkLayer(
                        layer, sources: [-1],
                        numbers: LayerNumbers<Double>(
                            parameters: layer.parameters.map {
                                Matrix(rows: $0.rows, columns: $0.columns, repeating: 0)
                            }))
                ], inputShape: [1, 1]),
            inputs: Matrix(rows: 1, columns: 1, repeating: 1),
            objective: Objective(
                loss: .halfSquaredError, targets: Matrix(rows: 1, columns: 1, repeating: 1)))
        let result = try problem.check()
        #expect(result.verdict != .disagrees, "\(result.sentence)")
        #expect(result.tensors.contains { $0.entries.contains { $0.kink == .unknown } })
    }

    private static func settings(
        _ settings: [Setting], _ values: (String, [Int])...
    ) -> SettingValues {
        var result = SettingValues(defaultsOf: settings)
        for (name, value) in values { result.set(name, to: value) }
        return result
    }
}
