import NeuralNetwork
import TestSupport
import Testing

@testable import Training

struct DivergenceTests {
    /// Goes on step by step until the end; what it was before the last step.
    static func run<S: Scalar>(
        _ session: TrainingSession<S>
    ) -> (before: TrainingSession<S>, after: TrainingSession<S>) {
        var (before, session) = (session, session)
        while session.outcome == nil {
            before = session
            _ = session.advance(steps: 1)
        }
        return (before, session)
    }

    static func divergence<S: Scalar>(of session: TrainingSession<S>) throws -> Divergence {
        guard case .diverged(let divergence) = try #require(session.outcome) else {
            throw Finished()
        }
        return divergence
    }

    struct Finished: Error {}

    /// The first example is fine and the second is not: what is wrong with it, and where.
    static func diverge(
        at x: Double = 1, _ y: Double = 0, _ trainer: Trainer = OneNumber.trainer(batchSize: 1),
        network: Network<Double> = OneNumber.network(), backward: Trainer.Backward<Double>? = nil
    ) throws -> Divergence {
        let (before, after) = run(
            TrainingSession(
                network, on: TrainingData(OneNumber.batch([1, x], [0, y])), by: trainer,
                backward: backward))
        #expect(after.checkpoint() == before.checkpoint())
        #expect(after.state.costs.isEmpty)
        let found = try divergence(of: after)
        #expect(found.epoch == 0 && found.step == 1)
        return found
    }

    @Test(arguments: [(Double.nan, true), (.infinity, false)])
    func `what is not finite in Z is found there`(x: Double, isNaN: Bool) throws {
        let found = try Self.diverge(at: x)
        #expect(found.tensor == "layers[0].Z")
        #expect(found.isNaN == isNaN)
    }

    /// 0.9·1e200 is finite, and its square is not.
    @Test func `a loss beyond what can be written is found`() throws {
        let found = try Self.diverge(at: 1e200)
        #expect(found.tensor == "losses")
        #expect(!found.isNaN)
    }

    /// L = ½·1.4e154² is finite, and dW = x·(A − y) = 1e160·1.4e154 is not; with W = 0 so is A.
    @Test func `a gradient beyond what can be written is found`() throws {
        let found = try Self.diverge(
            at: 1e160, 1e154, OneNumber.trainer(rate: 0, batchSize: 1),
            network: OneNumber.network(0))
        #expect(found.tensor == "layers[0].dW")
        #expect(!found.isNaN)
    }

    @Test(arguments: [Double.nan, -.infinity])
    func `a gradient that is given is looked at`(db: Double) throws {
        let found = try Self.diverge(
            backward: OneNumber.along { w, _ in w == 1 ? (1, 1) : (1, db) })
        #expect(found.tensor == "layers[0].db")
        #expect(found.isNaN == db.isNaN)
    }

    /// R = λ/2·W² with W = 1e200 after the first step.
    @Test func `a penalty beyond what can be written is found in the cost`() throws {
        let found = try Self.diverge(
            at: 0, 0,
            OneNumber.trainer(rate: 1, batchSize: 1) {
                $0.penalty = Penalty(l2: 1, scale: .lambdaOver2m)
            },
            backward: OneNumber.along { w, _ in (w - 1e200, 0) })
        #expect(found.tensor == "cost")
    }

    @Test func `the epochs before it keep their costs and reports`() throws {
        let trainer = OneNumber.trainer(rate: 1, epochs: 9)
        let (_, training) = Self.run(
            TrainingSession(
                OneNumber.network(1, 1), on: TrainingData(OneNumber.batch([0.0])), by: trainer,
                backward: OneNumber.path([1, 2, 1e200])))
        #expect(training.state.costs == [0.5, 2])
        #expect(training.state.reports.map(\.epoch) == [1, 2])
        #expect(try Self.divergence(of: training).epoch == 2)
    }

    // MARK: In the update

    /// The rate is small until a step, and then more than any parameter can take.
    static func overflow<S: Scalar>(_ optimizer: any Optimizer, at step: Int, _: S.Type) throws {
        let trainer = OneNumber.trainer(optimizer, rate: 0.001, epochs: 30, batchSize: 2) {
            $0.schedule = PiecewiseConstant(
                boundaries: [step - 1], values: [0.001, Double(S.greatestFiniteMagnitude)],
                unit: .step)
            $0.earlyStopping = EarlyStopping(monitor: Monitor("loss:mean"), patience: 100)
            $0.shuffling = Shuffling(seed: 1)
            if optimizer.needsWholeBatch { $0.batchSize = 3 }
        }
        let batch: TrainingBatch<S> = OneNumber.batch([1, 2, -1], [0, 40, 30])
        let (before, after) = Self.run(
            TrainingSession(OneNumber.network(), on: TrainingData(batch), by: trainer))
        let found = try divergence(of: after)
        #expect(found.step >= step)
        #expect(after.checkpoint() == before.checkpoint())
        #expect(after.w.isFinite && after.b.isFinite)
        #expect(after.last?.step.cost == before.last?.step.cost)
    }

    @Test(arguments: optimizers.map(\.name), [1, 5, 16, 17, 29])
    func `a step that is too large is undone, to the bit`(name: String, step: Int) throws {
        let optimizer = try #require(optimizers.first { $0.name == name }).byDefault
        try Self.overflow(optimizer, at: step, Double.self)
        try Self.overflow(optimizer, at: step, Float.self)
    }

    @Test func `a parameter beyond what can be written is named`() throws {
        let trainer = OneNumber.trainer(rate: 1e300)
        let training = trainer.train(
            OneNumber.network(), on: OneNumber.batch([0]),
            backward: OneNumber.along { _, _ in (1, 1e10) })
        let found = try Self.divergence(of: training)
        #expect(found.tensor == "layers[0].b")
        #expect(!found.isNaN)
        #expect(training.w == 1 && training.b == 0)
    }

    /// v = 1, 0.9, …, so that W goes from 0 to −1e308, and by 0.9e308 further than can be written.
    @Test func `a velocity can be too large where the gradient is not`() throws {
        let trainer = OneNumber.trainer(
            Momentum(momentum: 0.9, style: .pytorch), rate: 1e308, epochs: 3)
        let training = trainer.train(
            OneNumber.network(0), on: OneNumber.batch([0]),
            backward: OneNumber.along { w, _ in (w == 0 ? 1 : 0, 0) })
        let found = try Self.divergence(of: training)
        #expect(found.tensor == "layers[0].W" && found.step == 1)
        #expect(training.w == -1e308)
    }

    /// m/√v is 0/0 where no derivative has come yet and ε is 0.
    @Test func `a division of 0 by 0 in the update is found`() throws {
        let trainer = OneNumber.trainer(Adam(beta1: 0.9, beta2: 0.999, epsilon: 0))
        let training = trainer.train(
            OneNumber.network(), on: OneNumber.batch([0]),
            backward: OneNumber.along { _, _ in (0, 1) })
        let found = try Self.divergence(of: training)
        #expect(found.tensor == "layers[0].W")
        #expect(found.isNaN)
        #expect(training.w == 1 && training.b == 0)
    }

    // MARK: Running statistics

    /// A batch normalization of one feature, and then W·x + b.
    static func normalized() throws -> Network<Double> {
        let layer = NetworkLayer<Double>(
            try BatchNormalization(
                LayerPlan(
                    SettingValues(defaultsOf: BatchNormalization.declaration.settings),
                    inputs: [[1]])), sources: [],
            numbers: LayerNumbers(
                parameters: [1, 0].map { Matrix(rows: 1, columns: 1, repeating: $0) },
                states: [0, 1].map { Matrix(rows: 1, columns: 1, repeating: $0) }))
        return Network(layers: [layer, OneNumber.network().layers[0]])
    }

    static func train(normalizing x: [Double], rate: Double = 0.1, late: Double = 0.1) throws
        -> TrainingSession<Double>
    {
        let trainer = OneNumber.trainer(batchSize: 2) {
            $0.schedule = PiecewiseConstant(boundaries: [0], values: [rate, late], unit: .step)
        }
        return trainer.train(
            try normalized(), on: OneNumber.batch(x, x.map { _ in 10 }))
    }

    /// The mean of 1 and 3 is 2, and 0.99·0 + 0.01·2 = 0.02 is what one step leaves.
    @Test(arguments: [([1, 3, .nan, 1], 0.1), ([1, 3, 5, 9], Double.greatestFiniteMagnitude)])
    func `the running statistics of a step that failed are not kept`(
        x: [Double], late: Double
    ) throws {
        let training = try Self.train(normalizing: x, late: late)
        #expect(try Self.divergence(of: training).step == 1)
        #expect(areClose(training.state.network.layers[0].numbers.states[0].elements, [0.02]))
    }

    /// (±1e200)² is infinite; divided by its root, x̂ is 0, and so all else is finite.
    @Test func `running statistics beyond what can be written are found`() throws {
        let training = try Self.train(normalizing: [1, 3, 1e200, -1e200])
        let found = try Self.divergence(of: training)
        #expect(found.tensor == "layers[0].moving_variance")
        #expect(!found.isNaN)
    }
}
