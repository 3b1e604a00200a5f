import NeuralNetwork
import TestSupport
import Testing

@testable import Training

struct TrainerTests {
    /// A = W·X with one weight, W = 1, and L = ½(A − Y)²: the gradient of an example is (W·x − y)·x.
    static let network = Network<Double>(layers: [
        dense(
            weights: Matrix(rows: 1, columns: 1, repeating: 1),
            bias: Matrix(rows: 1, columns: 1, repeating: 0), activation: .linear)
    ])
    static let inputs = Matrix<Double>(rows: 3, columns: 1, elements: [1, 2, -1])
    static let targets = Matrix<Double>(rows: 3, columns: 1, elements: [0, 1, 1])

    static func trainer(
        epochs: Int = 1, batchSize: Int = 3, penalty: Penalty? = nil,
        optimizer: any Optimizer = GradientDescent()
    ) -> Trainer {
        Trainer(
            optimizer: optimizer, learningRate: 0.1, epochs: epochs, batchSize: batchSize,
            penalty: penalty)
    }

    static let batch = TrainingBatch(
        inputs: inputs, objective: Objective(loss: .halfSquaredError, targets: targets))

    static func train(_ trainer: Trainer) throws -> TrainingResult<Double> {
        try trainer.train(network, on: batch) { false }
    }

    /// A − Y = 1, 1, −2: losses ½, ½, 2, J = 1; dW = (1·1 + 1·2 + 2)/3 = 5/3, db = 0.
    @Test func `a step on the whole batch is as by hand`() throws {
        let result = try Self.train(Self.trainer())
        #expect(result.costs == [1])
        #expect(result.steps == 1)
        #expect(areClose(result.network.layers[0].weights.elements, [1 - 0.5 / 3]))
        #expect(result.network.layers[0].bias.elements == [0])
    }

    /// First two examples: losses ½, ½; dW = 3/2, db = 1, so W = 0.85, b = −0.1. The third:
    /// A = −0.85 − 0.1 = −0.95, A − Y = −1.95, L = 1.90125; dW = 1.95, db = −1.95, so W = 0.655,
    /// b = 0.095. The epoch's cost is (½ + ½ + 1.90125)/3.
    @Test func `mini-batches go in order, and a short last one counts by its examples`() throws {
        let result = try Self.train(Self.trainer(batchSize: 2))
        #expect(result.steps == 2)
        #expect(areClose(result.network.layers[0].weights.elements, [0.655]))
        #expect(areClose(result.network.layers[0].bias.elements, [0.095]))
        #expect(areClose(result.costs, [2.90125 / 3]))
        #expect(result.last.examples == 1)
    }

    @Test func `a backward pass may stand in place of backpropagation`() throws {
        var examples: [Int] = []
        let result = try Self.trainer(batchSize: 2).train(
            Self.network, on: Self.batch,
            by: { network, pass, batch in
                examples.append(batch.examples)
                var gradients = network.backpropagate(pass, batch.objective)
                for index in 0...1 {
                    gradients.layers[0].parameters[index] = Matrix(
                        rows: 1, columns: 1, repeating: Double(batch.examples))
                }
                return (gradients, nil)
            }
        ) { false }
        // Each step goes along m/m = 1 at the rate of 0.1.
        #expect(examples == [2, 1])
        #expect(areClose(result.network.layers[0].weights.elements, [0.8]))
        #expect(areClose(result.network.layers[0].bias.elements, [-0.2]))
    }

    /// L2 with λ = 0.6 and "lambda/2m": R = 0.6/6·1² = 0.1, dR/dW = 0.6/3·1 = 0.2.
    @Test func `the penalty is part of the cost and of the step`() throws {
        let penalty = Penalty(l2: 0.6, scale: .lambdaOver2m)
        let result = try Self.train(Self.trainer(penalty: penalty))
        #expect(areClose(result.costs, [1.1]))
        #expect(
            areClose(result.network.layers[0].weights.elements, [1 - 0.1 * (5 / 3.0 + 0.2)]))
    }

    @Test func `the last step is told as it was before its update`() throws {
        let result = try Self.train(Self.trainer(epochs: 2))
        #expect(result.costs.count == 2)
        #expect(result.last.cost.total == result.costs[1])
        var gradients = result.last.gradients
        Convention.loss.apply(to: &gradients, examples: result.last.examples)
        let before = try Self.train(Self.trainer()).network.layers[0].weights[0, 0]
        #expect(result.before.layers[0].weights[0, 0] == before)
        let after = result.network.layers[0].weights[0, 0]
        #expect(areClose([before - 0.1 * gradients.layers[0].weights[0, 0]], [after]))
    }

    /// With "lambda/2m" every step's m is its own; λ = 0.6, so that R = 0.3/m·W², dR/dW = 0.6/m·W.
    ///
    /// First two examples: A − Y = 1, 1; dW = 3/2 + 0.3·1, db = 1, so W = 0.82, b = −0.1; J = 0.65.
    /// The third: A − Y = −0.92 − 1 = −1.92; dW = 1.92 + 0.6·0.82, db = −1.92, so W = 0.5788,
    /// b = 0.092; J = ½·1.92² + 0.3·0.82² = 2.04492.
    @Test func `the penalty goes by the examples of each step`() throws {
        let penalty = Penalty(l2: 0.6, scale: .lambdaOver2m)
        let result = try Self.train(Self.trainer(batchSize: 2, penalty: penalty))
        #expect(areClose(result.network.layers[0].weights.elements, [0.5788]))
        #expect(areClose(result.network.layers[0].bias.elements, [0.092]))
        #expect(areClose(result.costs, [(2 * 0.65 + 2.04492) / 3]))
    }

    /// The means of x and y are 2/3; Σ (x − 2/3)(y − 2/3) = −1/3 and Σ (x − 2/3)² = 14/3, so that
    /// W = −1/14 and b = 2/3 + (1/14)·(2/3) = 5/7.
    @Test(arguments: optimizers.map(\.name))
    func `the line of least squares is found`(name: String) throws {
        let optimizer = try #require(optimizers.first { $0.name == name }).byDefault
        let result = try Self.train(Self.trainer(epochs: 1000, optimizer: optimizer))
        // The slowest way to it shrinks by 0.95 an epoch, √0.9 of momentum: 5e-23 of the start.
        #expect(abs(result.network.layers[0].weights[0, 0] - -1 / 14.0) <= 1e-12)
        #expect(abs(result.network.layers[0].bias[0, 0] - 5 / 7.0) <= 1e-12)
        #expect(try #require(result.costs.last) < result.costs[0])
    }

    /// Exclusive or, which no single layer can learn, from weights that break the symmetry.
    @Test func `a network of two layers learns what one layer cannot`() throws {
        let network = Network<Double>(layers: [
            dense(
                weights: Matrix(rows: 3, columns: 2, elements: [0.5, -0.4, 0.3, 0.6, -0.7, 0.2]),
                bias: Matrix(rows: 1, columns: 3, repeating: 0), activation: .tanh),
            dense(
                weights: Matrix(rows: 1, columns: 3, elements: [0.4, -0.5, 0.6]),
                bias: Matrix(rows: 1, columns: 1, repeating: 0), activation: .sigmoid),
        ])
        let inputs = Matrix<Double>(rows: 4, columns: 2, elements: [0, 0, 0, 1, 1, 0, 1, 1])
        let targets = Matrix<Double>(rows: 4, columns: 1, elements: [0, 1, 1, 0])
        let trainer = Trainer(
            optimizer: try #require(optimizers.first { $0.name == "adam" }).byDefault,
            learningRate: 0.05, epochs: 500, batchSize: 4)
        let batch = TrainingBatch(
            inputs: inputs,
            objective: Objective(
                loss: .binaryCrossentropy(fromLogits: false, outputs: .sum), targets: targets))
        let result = try trainer.train(network, on: batch) { false }
        let outputs = result.network.forward(inputs).outputs
        #expect(zip(outputs.elements, targets.elements).allSatisfy { abs($0 - $1) < 0.1 })
    }

    @Test func `float32 agrees with float64`() throws {
        func rounded(_ x: Matrix<Double>) -> Matrix<Float> {
            Matrix(rows: x.rows, columns: x.columns, elements: x.elements.map { Float($0) })
        }
        let trainer = Self.trainer(epochs: 10, batchSize: 2)
        let narrow = try trainer.train(
            Network<Float>(
                layers: Self.network.layers.map {
                    dense(
                        weights: rounded($0.weights), bias: rounded($0.bias),
                        activation: $0.activation)
                }),
            on: TrainingBatch(
                inputs: rounded(Self.inputs),
                objective: Objective(loss: .halfSquaredError, targets: rounded(Self.targets)))
        ) { false }
        let exact = try Self.train(trainer)
        let (ours, theirs) = (narrow.network.layers[0], exact.network.layers[0])
        // Twenty steps of a few operations, each rounded by 6e-8.
        #expect(abs(Double(ours.weights[0, 0]) - theirs.weights[0, 0]) <= 5e-6)
        #expect(abs(Double(ours.bias[0, 0]) - theirs.bias[0, 0]) <= 5e-6)
        #expect(zip(narrow.costs, exact.costs).allSatisfy { abs($0 - $1) <= 5e-6 })
    }

    @Test func `two runs give the same bits`() throws {
        let trainer = Self.trainer(epochs: 20, batchSize: 2)
        let (one, other) = (try Self.train(trainer), try Self.train(trainer))
        #expect(one.costs == other.costs)
        #expect(one.network.layers[0].weights == other.network.layers[0].weights)
    }

    @Test func `a training that nobody waits for stops`() {
        var asked = 0
        #expect(throws: Trainer.Cancelled.self) {
            _ = try Self.trainer(epochs: 100).train(
                Self.network, on: Self.batch
            ) {
                asked += 1
                return asked > 5
            }
        }
        #expect(asked == 6)
    }
}
