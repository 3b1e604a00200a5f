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
                (\Dense<Double>.weights, gradients.layers[index].weights),
                (\Dense<Double>.bias, gradients.layers[index].bias),
            ] {
                let differences = centralDifferences(
                    at: problem.network.layers[index][keyPath: parameter]
                ) { moved in
                    var network = problem.network
                    network.layers[index][keyPath: parameter] = moved
                    return problem.losses(of: network)
                }
                let expected = differences.map { $0.reduce(0, +) }
                #expect(gradient.elements.distance(from: expected) <= Self.tolerance)
            }
        }
    }

    @Test(arguments: activations, losses)
    func `dZ matches central differences of each example's own loss`(
        hidden: Named<Activation>, loss: Named<Loss>
    ) {
        let problem = Problem.random(hidden: hidden.value, loss.value, seed: 32)
        let pass = problem.network.forward(problem.inputs)
        for (index, gradients) in problem.backpropagate().layers.enumerated() {
            let differences = centralDifferences(at: pass.layers[index].preActivation) {
                problem.losses(replacing: \.preActivation, of: index, by: $0)
            }
            let expected = LossTests.ownDerivatives(
                differences, columns: gradients.preActivation.columns)
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
        let pass = problem.network.forward(problem.inputs)
        let gradient = problem.backpropagate().layers[0].output
        let differences = centralDifferences(at: pass.layers[0].activation) {
            problem.losses(replacing: \.activation, of: 0, by: $0)
        }
        let expected = LossTests.ownDerivatives(differences, columns: gradient.columns)
        #expect(gradient.elements.distance(from: expected) <= Self.tolerance)
    }

    @Test(arguments: activations, losses)
    func `dX matches central differences of each example's own loss`(
        hidden: Named<Activation>, loss: Named<Loss>
    ) throws {
        let problem = Problem.random(hidden: hidden.value, loss.value, seed: 34)
        let gradient = try #require(problem.backpropagate().inputs)
        let differences = centralDifferences(at: problem.inputs) { moved in
            problem.network.losses(
                of: problem.network.forward(moved), problem.loss, targets: problem.targets)
        }
        let expected = LossTests.ownDerivatives(differences, columns: gradient.columns)
        #expect(gradient.elements.distance(from: expected) <= Self.tolerance)
    }

    @Test func `dX is not made unless it is asked for`() {
        let problem = Problem.random(hidden: .tanh, .meanSquaredError, seed: 1)
        let pass = problem.network.forward(problem.inputs)
        let gradients = problem.network.backpropagate(
            pass, loss: problem.loss, targets: problem.targets)
        #expect(gradients.inputs == nil)
    }

    /// One example, one unit a layer: Z₁ = 2·3 + 1 = 7, A₁ = 7, Z₂ = −0.5·7 + 0.5 = −3, A₂ = −3,
    /// L = ½(−3 − 1)² = 8; dZ₂ = −4, dW₂ = −4·7, db₂ = −4, dZ₁ = −4·(−0.5) = 2, dW₁ = 2·3, db₁ = 2.
    @Test func `a chain of two units is as by hand`() {
        func one(_ x: Double) -> Matrix<Double> { Matrix(rows: 1, columns: 1, repeating: x) }
        let network = Network(layers: [
            Dense(weights: one(2), bias: one(1), activation: .relu),
            Dense(weights: one(-0.5), bias: one(0.5), activation: .linear),
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
        let problem = Problem.random(hidden: .gelu, .meanSquaredError, seed: 35)
        let narrow = Network<Float>(
            layers: problem.network.layers.map {
                Dense(
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
