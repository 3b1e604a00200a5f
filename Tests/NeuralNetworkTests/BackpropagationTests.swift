import TestSupport
import Testing

@testable import NeuralNetwork

/// Every derivative of the backward pass against central differences of the losses, for every
/// hidden activation with every loss. The differences are off by at most 3e-8 (`Loss.isSmooth`)
/// times the few products on the way back.
struct BackpropagationTests {
    static let tolerance = 1e-6

    @Test(arguments: activations, losses)
    func `dW and db match central differences of the sum of the losses`(
        hidden: Named<Activation>, loss: Named<Loss>
    ) {
        let problem = Problem.random(hidden: hidden.value, loss.value, seed: 31)
        let gradients = problem.backpropagate()
        for index in problem.network.layers.indices {
            for (parameter, gradient) in [
                (\NetworkLayer<Double>.weights, gradients.layers[index].weights),
                (\.bias, gradients.layers[index].bias),
            ] {
                let expected = problem.differences(by: parameter, of: index)
                    .map { $0.reduce(0, +) }
                #expect(gradient.elements.distance(from: expected) <= Self.tolerance)
            }
        }
    }

    @Test(arguments: activations, losses)
    func `dZ matches central differences of each example's own loss`(
        hidden: Named<Activation>, loss: Named<Loss>
    ) {
        let problem = Problem.random(hidden: hidden.value, loss.value, seed: 32)
        for (index, gradients) in problem.backpropagate().layers.enumerated() {
            let expected = LossTests.ownDerivatives(
                problem.differences(by: \.preActivation, of: index),
                columns: gradients.preActivation.columns)
            #expect(
                gradients.preActivation.elements.distance(from: expected) <= Self.tolerance)
        }
    }

    /// Of the hidden layer; `LossTests` has the last one's.
    @Test(arguments: activations, losses)
    func `dA matches central differences of each example's own loss`(
        hidden: Named<Activation>, loss: Named<Loss>
    ) {
        let problem = Problem.random(hidden: hidden.value, loss.value, seed: 33)
        let gradient = problem.backpropagate().layers[0].output
        let expected = LossTests.ownDerivatives(
            problem.differences(by: \.activation, of: 0), columns: gradient.columns)
        #expect(gradient.elements.distance(from: expected) <= Self.tolerance)
    }

    @Test(arguments: activations, losses)
    func `dX matches central differences of each example's own loss`(
        hidden: Named<Activation>, loss: Named<Loss>
    ) throws {
        let problem = Problem.random(hidden: hidden.value, loss.value, seed: 34)
        let gradient = try #require(problem.backpropagate().inputs)
        let expected = LossTests.ownDerivatives(
            problem.differencesByInputs(), columns: gradient.columns)
        #expect(gradient.elements.distance(from: expected) <= Self.tolerance)
    }

    @Test func `dX is not made unless it is asked for`() {
        let problem = Problem.random(hidden: .tanh, .meanSquaredError, seed: 1)
        let pass = problem.network.forward(problem.inputs)
        let gradients = problem.network.backpropagate(
            pass, loss: problem.loss, targets: problem.targets)
        #expect(gradients.inputs == nil)
    }

    /// X = (1, 2), A₁ = 3·X, but the pass says A₁ = (10, 20), as a caller's caches may: dW₂ and dW₁
    /// are made of what it says, dW₂ = Σ dZ₂·A₁ = 1·10 + 1·20, and dW₁ = Σ dZ₂·W₂·X = 2·1 + 2·2.
    @Test func `the pass is taken as it is, even where its arrays do not belong together`() {
        func column(_ x: [Double]) -> Matrix<Double> {
            Matrix(rows: x.count, columns: 1, elements: x)
        }
        let network = Network(layers: [
            dense(weights: column([3]), bias: column([0]), activation: .linear),
            dense(weights: column([2]), bias: column([0]), activation: .linear),
        ])
        var pass = network.forward(column([1, 2]))
        pass.layers[1].inputs[0] = column([10, 20])
        let targets = pass.outputs.map { $0 - 1 }  // So that dZ₂ = A₂ − Y = 1.
        let gradients = network.backpropagate(pass, loss: .halfSquaredError, targets: targets)
        #expect(gradients.layers[1].weights == column([30]))
        #expect(gradients.layers[0].weights == column([6]))
    }

    /// One sigmoid unit with W = 500, X = ±2, so that Z = ±1000, and the wrong target each time:
    /// L = 1000, dZ = ±1 = A − Y, dW = 2 + 2, db = 1 − 1, dX = 500·dZ.
    @Test func `a saturated network is exact`() {
        func column(_ x: [Double]) -> Matrix<Double> {
            Matrix(rows: x.count, columns: 1, elements: x)
        }
        let network = Network(layers: [
            dense(weights: column([500]), bias: column([0]), activation: .sigmoid)
        ])
        let pass = network.forward(column([2, -2]))
        let loss = Loss.binaryCrossentropy(fromLogits: false, outputs: .sum)
        let targets = column([0, 1])
        let gradients = network.backpropagate(
            pass, loss: loss, targets: targets, toInputs: true)
        #expect(network.losses(of: pass, loss, targets: targets) == [1000, 1000])
        #expect(gradients.layers[0].preActivation == column([1, -1]))
        #expect(gradients.layers[0].weights == column([4]))
        #expect(gradients.layers[0].bias == column([0]))
        #expect(gradients.inputs == column([500, -500]))
    }

    /// One example, one unit a layer: Z₁ = 2·3 + 1 = 7, A₁ = 7, Z₂ = −0.5·7 + 0.5 = −3, A₂ = −3,
    /// L = ½(−3 − 1)² = 8; dZ₂ = −4, dW₂ = −4·7, db₂ = −4, dZ₁ = −4·(−0.5) = 2, dW₁ = 2·3, db₁ = 2.
    @Test func `a chain of two units is as by hand`() {
        func one(_ x: Double) -> Matrix<Double> { Matrix(rows: 1, columns: 1, repeating: x) }
        let network = Network(layers: [
            dense(weights: one(2), bias: one(1), activation: .relu),
            dense(weights: one(-0.5), bias: one(0.5), activation: .linear),
        ])
        let pass = network.forward(one(3))
        let gradients = network.backpropagate(
            pass, loss: .halfSquaredError, targets: one(1), toInputs: true)
        #expect(network.losses(of: pass, .halfSquaredError, targets: one(1)) == [8])
        #expect(gradients.layers[1].preActivation == one(-4))
        #expect(gradients.layers[1].weights == one(-28))
        #expect(gradients.layers[1].bias == one(-4))
        #expect(gradients.layers[0].output == one(2))
        #expect(gradients.layers[0].weights == one(6))
        #expect(gradients.layers[0].bias == one(2))
        #expect(gradients.inputs == one(4))
    }

    @Test func `float32 agrees with float64`() {
        let problem = Problem.random(hidden: .gelu(), .meanSquaredError, seed: 35)
        let narrow = Network<Float>(
            layers: problem.network.layers.map {
                dense(
                    weights: $0.weights.converted(), bias: $0.bias.converted(),
                    activation: $0.activation)
            })
        let gradients = narrow.backpropagate(
            narrow.forward(problem.inputs.converted()), loss: problem.loss,
            targets: problem.targets.converted())
        for (ours, exact) in zip(gradients.layers, problem.backpropagate().layers) {
            // Some twenty operations of numbers of about 1, each rounded by 6e-8.
            #expect(ours.weights.converted().distance(from: exact.weights) <= 5e-6)
            #expect(ours.bias.converted().distance(from: exact.bias) <= 5e-6)
        }
    }
}
