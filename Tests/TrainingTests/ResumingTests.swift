import NeuralNetwork
import TestSupport
import Testing

@testable import Training

struct ResumingTests {
    /// Runs one session through, and another that is put aside, and gone on with by a new one, after
    /// each step: all that either comes to is the same, and so are their checkpoints on the way.
    static func putAsideAtEachStep<S: Scalar>(_ lesson: Lesson<S>) throws {
        var (whole, cut) = (lesson.begun, lesson.begun)
        while whole.outcome == nil {
            cut = try lesson.resumed(from: cut.checkpoint())
            #expect(cut.checkpoint() == whole.checkpoint())
            #expect(cut.advance(steps: 1) == whole.advance(steps: 1))
            #expect(cut.outcome == whole.outcome)
        }
        #expect(cut.checkpoint() == whole.checkpoint())
        #expect(cut.state.costs == whole.state.costs)
        #expect(cut.state.reports == whole.state.reports)
        #expect(parameters(cut.result) == parameters(whole.result))
        let (mine, others) = (try #require(whole.last), try #require(cut.last))
        #expect(mine.step.cost == others.step.cost)
        #expect(mine.step.losses == others.step.losses)
        #expect(
            mine.step.gradients.layers.map(\.parameters)
                == others.step.gradients.layers.map(\.parameters))
        #expect(parameters(mine.before) == parameters(others.before))
    }

    static func parameters<S: Scalar>(_ network: Network<S>) -> [[Matrix<S>]] {
        network.layers.map { $0.numbers.parameters + $0.numbers.states }
    }

    @Test(arguments: optimizers.map(\.name), Shuffling.Order.allCases)
    func `a training that is put aside at each step is the same`(
        name: String, order: Shuffling.Order
    ) throws {
        let optimizer = try #require(optimizers.first { $0.name == name }).byDefault
        try Self.putAsideAtEachStep(Lesson<Double>(optimizer, order: order))
        try Self.putAsideAtEachStep(Lesson<Float>(optimizer, order: order))
    }

    @Test func `a training is gone on with from any of its checkpoints`() throws {
        let lesson = try Lesson<Double>(GradientDescent())
        var whole = lesson.begun
        var checkpoints: [[UInt8]] = []
        while whole.outcome == nil {
            checkpoints.append(whole.checkpoint())
            _ = whole.advance(steps: 1)
        }
        for checkpoint in checkpoints {
            var session = try lesson.resumed(from: checkpoint)
            _ = session.finish()
            #expect(session.checkpoint() == whole.checkpoint())
        }
    }

    @Test func `more epochs can be gone on for`() throws {
        let lesson = try Lesson<Double>(Adam(beta1: 0.9, beta2: 0.999, epsilon: 1e-8))
        var longer = lesson
        longer.trainer.epochs = 6
        longer.trainer.earlyStopping = nil
        var shorter = longer
        shorter.trainer.epochs = 2
        var (whole, first) = (longer.begun, shorter.begun)
        _ = (whole.finish(), first.finish())
        var second = try longer.resumed(from: first.checkpoint())
        _ = second.finish()
        #expect(second.checkpoint() == whole.checkpoint())
    }

    @Test func `the rest of a training may take another learning rate`() throws {
        var trainer = OneNumber.trainer(epochs: 1)
        let (network, data) = (OneNumber.network(1.0), TrainingData(OneNumber.batch([1.0])))
        var session = TrainingSession(network, on: data, by: trainer)
        _ = session.finish()
        (trainer.epochs, trainer.learningRate) = (2, 0.01)
        var rest = try TrainingSession(
            network, on: data, by: trainer, from: session.checkpoint())
        _ = rest.finish()
        // W = 1 and b = 0 go along 1 and 1 at 0.1, and then along 0.8 at 0.01.
        #expect(areClose([rest.w, rest.b], [0.9 - 0.008, -0.1 - 0.008]))
    }

    /// Where the rate was lowered to 0.025 after three epochs, one that is given anew is in force.
    @Test func `a plateau begins anew at another learning rate`() throws {
        var trainer = OneNumber.trainer(epochs: 3) {
            $0.schedule = ReduceOnPlateau(
                watched: Monitor("loss:mean"), factor: 0.5, patience: 1, cooldown: 0, minimum: 0)
        }
        let (network, data) = (OneNumber.network(0.0), TrainingData(OneNumber.batch([0.0])))
        var session = TrainingSession(network, on: data, by: trainer)
        _ = session.finish()
        (trainer.epochs, trainer.learningRate) = (4, 0.3)
        var rest = try TrainingSession(network, on: data, by: trainer, from: session.checkpoint())
        _ = rest.finish()
        #expect(rest.reported("learning_rate:last") == [0.1, 0.1, 0.05, 0.3])
    }

    /// The best loss of the first part, ½, is none of what the second part watches.
    @Test func `early stopping begins anew with another monitor`() throws {
        var trainer = OneNumber.trainer(epochs: 1) {
            $0.earlyStopping = EarlyStopping(monitor: Monitor("loss:mean"), patience: 1)
        }
        let (network, batch) = (OneNumber.network(1.0), OneNumber.batch([1.0]))
        let data = TrainingData(batch, validation: batch)
        var session = TrainingSession(network, on: data, by: trainer)
        _ = session.finish()
        #expect(session.state.best?.value == 0.5)
        trainer.earlyStopping = EarlyStopping(patience: 1)
        let rest = try TrainingSession(network, on: data, by: trainer, from: session.checkpoint())
        #expect(rest.state.best == nil)
        #expect(rest.state.stopping == nil)
    }

    /// Two watched norms and two update ratios are as many, and not the same.
    @Test func `reports of other columns are left out`() throws {
        var lesson = try Lesson<Double>(GradientDescent())
        lesson.trainer.watches = [.gradientNorms]
        var session = lesson.begun
        _ = session.advance(steps: 4)
        #expect(try lesson.resumed(from: session.checkpoint()).state.reports.count == 1)
        lesson.trainer.watches = [.updateRatios]
        let rest = try lesson.resumed(from: session.checkpoint())
        #expect(rest.columns.count == session.columns.count)
        #expect(rest.state.reports.isEmpty)
    }
}
