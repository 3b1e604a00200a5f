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

    static func train(_ trainer: Trainer) -> TrainingSession<Double> {
        trainer.train(network, on: batch)
    }

    /// A − Y = 1, 1, −2: losses ½, ½, 2, J = 1; dW = (1·1 + 1·2 + 2)/3 = 5/3, db = 0.
    @Test func `a step on the whole batch is as by hand`() {
        let training = Self.train(Self.trainer())
        #expect(training.state.costs == [1])
        #expect(training.state.steps == 1)
        #expect(areClose(training.result.layers[0].weights.elements, [1 - 0.5 / 3]))
        #expect(training.result.layers[0].bias.elements == [0])
    }

    /// First two examples: losses ½, ½; dW = 3/2, db = 1, so W = 0.85, b = −0.1. The third:
    /// A = −0.85 − 0.1 = −0.95, A − Y = −1.95, L = 1.90125; dW = 1.95, db = −1.95, so W = 0.655,
    /// b = 0.095. The epoch's cost is (½ + ½ + 1.90125)/3.
    @Test func `mini-batches go in order, and a short last one counts by its examples`() throws {
        let training = Self.train(Self.trainer(batchSize: 2))
        #expect(training.state.steps == 2)
        #expect(areClose(training.result.layers[0].weights.elements, [0.655]))
        #expect(areClose(training.result.layers[0].bias.elements, [0.095]))
        #expect(areClose(training.state.costs, [2.90125 / 3]))
        #expect(try #require(training.last).step.examples == 1)
    }

    @Test func `a backward pass may stand in place of backpropagation`() {
        let examples = Locked<[Int]>([])
        let training = Self.trainer(batchSize: 2).train(
            Self.network, on: Self.batch,
            backward: { network, pass, batch, _ in
                examples.withLock { $0.append(batch.examples) }
                var gradients = network.backpropagate(pass, batch.objective)
                for index in 0...1 {
                    gradients.layers[0].parameters[index] = Matrix(
                        rows: 1, columns: 1, repeating: Double(batch.examples))
                }
                return (gradients, nil)
            })
        // Each step goes along m/m = 1 at the rate of 0.1.
        #expect(examples.withLock { $0 } == [2, 1])
        #expect(areClose(training.result.layers[0].weights.elements, [0.8]))
        #expect(areClose(training.result.layers[0].bias.elements, [-0.2]))
    }

    /// Divided by its weights, 2 and 0: the first step alone moves, along x·(W·x − y) = 1·1.
    @Test func `a batch whose weights are all 0 moves nothing and counts for nothing`() {
        let batch = TrainingBatch(
            inputs: Matrix(rows: 2, columns: 1, elements: [1, 2]),
            objective: Objective(
                loss: .halfSquaredError, targets: Matrix(rows: 2, columns: 1, elements: [0, 1]),
                weights: [2, 0]),
            shares: [2, 0])
        let training = Self.trainer(batchSize: 1).train(Self.network, on: batch)
        #expect(training.outcome == .finished)
        #expect(training.state.costs == [0.5])
        #expect(areClose(training.result.layers[0].weights.elements, [0.9]))
    }

    /// L = ½(W·x − y)² with W·x = 0 and y = 1e154: each step has a cost of 0.5e308, of which four are
    /// more than float64 holds; a learning rate of 0 keeps it so.
    @Test func `the mean of huge costs is finite`() throws {
        let batch = TrainingBatch(
            inputs: Matrix(rows: 4, columns: 1, repeating: 0),
            objective: Objective(
                loss: .halfSquaredError, targets: Matrix(rows: 4, columns: 1, repeating: 1e154)))
        var trainer = Self.trainer(batchSize: 1)
        trainer.learningRate = 0
        let training = trainer.train(Self.network, on: batch)
        // Rounded about ten times.
        #expect(abs(try #require(training.state.costs.first) / 0.5e308 - 1) <= 1e-15)
    }

    /// L2 with λ = 0.6 and "lambda/2m": R = 0.6/6·1² = 0.1, dR/dW = 0.6/3·1 = 0.2.
    @Test func `the penalty is part of the cost and of the step`() {
        let penalty = Penalty(l2: 0.6, scale: .lambdaOver2m)
        let training = Self.train(Self.trainer(penalty: penalty))
        #expect(areClose(training.state.costs, [1.1]))
        #expect(
            areClose(training.result.layers[0].weights.elements, [1 - 0.1 * (5 / 3.0 + 0.2)]))
    }

    @Test func `the last step is told as it was before its update`() throws {
        let training = Self.train(Self.trainer(epochs: 2))
        #expect(training.state.costs.count == 2)
        let last = try #require(training.last)
        #expect(last.step.cost.total == training.state.costs[1])
        var gradients = last.step.gradients
        Convention.loss.apply(to: &gradients, examples: last.step.examples)
        let before = Self.train(Self.trainer()).result.layers[0].weights[0, 0]
        #expect(last.before.layers[0].weights[0, 0] == before)
        let after = training.result.layers[0].weights[0, 0]
        #expect(areClose([before - 0.1 * gradients.layers[0].weights[0, 0]], [after]))
    }

    /// With "lambda/2m" every step's m is its own; λ = 0.6, so that R = 0.3/m·W², dR/dW = 0.6/m·W.
    ///
    /// First two examples: A − Y = 1, 1; dW = 3/2 + 0.3·1, db = 1, so W = 0.82, b = −0.1; J = 0.65.
    /// The third: A − Y = −0.92 − 1 = −1.92; dW = 1.92 + 0.6·0.82, db = −1.92, so W = 0.5788,
    /// b = 0.092; J = ½·1.92² + 0.3·0.82² = 2.04492.
    @Test func `the penalty goes by the examples of each step`() {
        let penalty = Penalty(l2: 0.6, scale: .lambdaOver2m)
        let training = Self.train(Self.trainer(batchSize: 2, penalty: penalty))
        #expect(areClose(training.result.layers[0].weights.elements, [0.5788]))
        #expect(areClose(training.result.layers[0].bias.elements, [0.092]))
        #expect(areClose(training.state.costs, [(2 * 0.65 + 2.04492) / 3]))
    }

    /// The means of x and y are 2/3; Σ (x − 2/3)(y − 2/3) = −1/3 and Σ (x − 2/3)² = 14/3, so that
    /// W = −1/14 and b = 2/3 + (1/14)·(2/3) = 5/7.
    @Test(arguments: ["sgd", "momentum", "adam"])
    func `the line of least squares is found`(name: String) throws {
        let optimizer = try #require(optimizers.first { $0.name == name }).byDefault
        let training = Self.train(Self.trainer(epochs: 1000, optimizer: optimizer))
        // The slowest way to it shrinks by 0.95 an epoch, √0.9 of momentum: 5e-23 of the start.
        #expect(abs(training.result.layers[0].weights[0, 0] - -1 / 14.0) <= 1e-12)
        #expect(abs(training.result.layers[0].bias[0, 0] - 5 / 7.0) <= 1e-12)
        #expect(try #require(training.state.costs.last) < training.state.costs[0])
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
        let training = trainer.train(network, on: batch)
        let outputs = training.result.forward(inputs).outputs
        #expect(zip(outputs.elements, targets.elements).allSatisfy { abs($0 - $1) < 0.1 })
    }

    @Test func `float32 agrees with float64`() {
        func rounded(_ x: Matrix<Double>) -> Matrix<Float> {
            Matrix(rows: x.rows, columns: x.columns, elements: x.elements.map { Float($0) })
        }
        let trainer = Self.trainer(epochs: 10, batchSize: 2)
        let narrow = trainer.train(
            Network<Float>(
                layers: Self.network.layers.map {
                    dense(
                        weights: rounded($0.weights), bias: rounded($0.bias),
                        activation: $0.activation)
                }),
            on: TrainingBatch(
                inputs: rounded(Self.inputs),
                objective: Objective(loss: .halfSquaredError, targets: rounded(Self.targets))))
        let exact = Self.train(trainer)
        let (ours, theirs) = (narrow.result.layers[0], exact.result.layers[0])
        // Twenty steps of a few operations, each rounded by 6e-8.
        #expect(abs(Double(ours.weights[0, 0]) - theirs.weights[0, 0]) <= 5e-6)
        #expect(abs(Double(ours.bias[0, 0]) - theirs.bias[0, 0]) <= 5e-6)
        #expect(zip(narrow.state.costs, exact.state.costs).allSatisfy { abs($0 - $1) <= 5e-6 })
    }

    @Test func `two runs give the same bits`() {
        let trainer = Self.trainer(epochs: 20, batchSize: 2)
        let (one, other) = (Self.train(trainer), Self.train(trainer))
        #expect(one.state.costs == other.state.costs)
        #expect(one.result.layers[0].weights == other.result.layers[0].weights)
    }

    @Test func `a training asks before each step whether it is to go on`() {
        var session = TrainingSession(
            Self.network, on: TrainingData(Self.batch), by: Self.trainer(epochs: 100))
        var asked = 0
        _ = session.advance {
            asked += 1
            return asked <= 5
        }
        #expect(asked == 6)
        #expect(session.state.steps == 5)
        #expect(session.outcome == nil)
    }

    @Test func `a step that is cancelled between two layers is not taken`() {
        var session = TrainingSession(
            Self.network, on: TrainingData(Self.batch), by: Self.trainer(epochs: 100))
        let before = session.checkpoint()
        var asked = 0
        let news = session.advance(
            while: { true },
            unless: {
                asked += 1
                return asked > 1
            })
        #expect(news.isEmpty)
        #expect(session.outcome == nil)
        #expect(session.checkpoint() == before)
    }
}
