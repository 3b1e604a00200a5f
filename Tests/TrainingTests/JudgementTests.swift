import NeuralNetwork
import Testing

@testable import Training

/// What is decided at the end of an epoch: early stopping, a plateau's rate, warnings.
struct JudgementTests {
    /// b goes 4, 2, 1, 3, 5, 6, and L = ½b² is 8, 2, ½, 4½, 12½ before each epoch's step.
    static func train(
        _ stopping: EarlyStopping, hasValidation: Bool = false
    ) -> TrainingSession<Double> {
        let batch = OneNumber.batch([0.0])
        return OneNumber.trainer(rate: 1, epochs: 50) { $0.earlyStopping = stopping }.train(
            OneNumber.network(1, 4), on: batch, validation: hasValidation ? batch : nil,
            backward: OneNumber.path([4, 2, 1, 3, 5, 6]))
    }

    @Test func `a training stops when its loss gets no better for long enough`() {
        let training = Self.train(EarlyStopping(monitor: Monitor("loss:mean"), patience: 2))
        #expect(training.outcome == .stoppedEarly)
        #expect(training.state.costs == [8, 2, 0.5, 4.5, 12.5])
        #expect(training.result.layers[0].bias[0, 0] == 6)
        #expect(training.state.best?.epoch == 3)
        #expect(training.state.best?.value == 0.5)
    }

    /// After the third epoch, the best by its loss, b is 3.
    @Test func `the network of the best epoch is restored`() {
        let training = Self.train(
            EarlyStopping(monitor: Monitor("loss:mean"), patience: 2, restoreBest: true))
        #expect(training.result.layers[0].bias[0, 0] == 3)
        #expect(training.b == 6)
    }

    /// After each epoch's step L is 2, ½, 4½, 12½: a validation knows it an epoch earlier.
    @Test func `a validation loss is watched`() {
        let training = Self.train(
            EarlyStopping(patience: 2, restoreBest: true), hasValidation: true)
        #expect(training.outcome == .stoppedEarly)
        #expect(training.state.epoch == 4)
        #expect(training.state.best?.epoch == 2)
        #expect(training.state.best?.value == 0.5)
        #expect(training.result.layers[0].bias[0, 0] == 1)
    }

    @Test func `the epoch that stops a training is reported`() {
        let batch = OneNumber.batch([0.0])
        let trainer = OneNumber.trainer(rate: 1, epochs: 50) {
            $0.earlyStopping = EarlyStopping(monitor: Monitor("loss:mean"), patience: 2)
            $0.reportEvery = 10
        }
        let training = trainer.train(
            OneNumber.network(1, 4), on: batch, backward: OneNumber.path([4, 2, 1, 3, 5, 6]))
        #expect(training.state.reports.map(\.epoch) == [5])
    }

    @Test func `the last step of a training that stops early is told`() throws {
        let training = Self.train(EarlyStopping(monitor: Monitor("loss:mean"), patience: 2))
        let last = try #require(training.last)
        #expect(last.step.cost.total == 12.5)
        #expect(last.before.layers[0].bias[0, 0] == 5)
    }

    /// The loss stays: the second epoch is the first without improvement, and then each.
    @Test func `a plateau lowers the rate of the next epoch`() {
        let trainer = OneNumber.trainer(epochs: 4, batchSize: 1) {
            $0.schedule = ReduceOnPlateau(
                watched: Monitor("loss:mean"), factor: 0.5, patience: 1, cooldown: 0, minimum: 0)
        }
        let training = trainer.train(
            OneNumber.network(), on: OneNumber.batch([0, 0]),
            backward: OneNumber.along { _, _ in (0, 0) })
        #expect(training.reported("learning_rate:last") == [0.1, 0.1, 0.05, 0.025])
    }

    @Test func `a gradient of 0 is warned of once`() {
        let training = OneNumber.trainer(epochs: 3).train(
            OneNumber.network(), on: OneNumber.batch([0]),
            backward: OneNumber.along { _, _ in (0, 0) })
        #expect(training.state.warnings == [TrainingWarning(kind: .noGradient, epoch: 1)])
    }

    /// Their squares are 0 in float32, as are those of anything less than 2.6e-23.
    @Test func `a gradient that is small is none of 0`() {
        let training = OneNumber.trainer(epochs: 3).train(
            OneNumber.network(Float(1)), on: OneNumber.batch([Float(0)]),
            backward: OneNumber.along { _, _ in (1e-30, 0) })
        #expect(training.state.warnings.isEmpty)
    }

    /// b goes 1, 2, 5, 7 and L is ½, 2, 12½, 24½: more than ten times ½ from the third epoch on.
    @Test func `a cost that rises is warned of once`() {
        let training = OneNumber.trainer(rate: 1, epochs: 4).train(
            OneNumber.network(1, 1), on: OneNumber.batch([0]),
            backward: OneNumber.path([1, 2, 5, 7, 8]))
        #expect(training.state.warnings == [TrainingWarning(kind: .costRises, epoch: 3)])
    }

    /// b goes 1, 5 and stays, so that both are so in the second epoch.
    @Test func `two warnings of one epoch are told one after the other`() {
        var session = TrainingSession(
            OneNumber.network(1, 1), on: TrainingData(OneNumber.batch([0])),
            by: OneNumber.trainer(rate: 1, epochs: 4), backward: OneNumber.path([1, 5]))
        let warnings = session.finish().compactMap { news -> TrainingWarning? in
            if case .warning(let warning) = news { warning } else { nil }
        }
        #expect(
            warnings == [
                TrainingWarning(kind: .noGradient, epoch: 2),
                TrainingWarning(kind: .costRises, epoch: 3),
            ])
    }
}
