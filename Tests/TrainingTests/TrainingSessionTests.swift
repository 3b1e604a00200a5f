import NeuralNetwork
import TestSupport
import Testing

@testable import Training

struct TrainingSessionTests {
    /// By `np.random.seed(7)` and `np.random.permutation(5)` three times; reseeded, by
    /// `np.random.seed(7)`, `(8)` and `(9)` before each.
    @Test(arguments: [
        (
            Shuffling.Order.continued,
            [[0.0, 3, 2, 1, 4], [2, 1, 0, 4, 3], [3, 4, 2, 1, 0]]
        ),
        (.reseeded, [[0, 3, 2, 1, 4], [4, 2, 1, 0, 3], [3, 0, 1, 2, 4]]),
    ])
    func `epochs take the examples in NumPy's order`(
        order: Shuffling.Order, expected: [[Double]]
    ) {
        let taken = Locked<[[Double]]>([])
        let trainer = OneNumber.trainer(epochs: 3, batchSize: 2) {
            $0.shuffling = Shuffling(seed: 7, order: order)
        }
        _ = trainer.train(
            OneNumber.network(), on: OneNumber.batch([0, 1, 2, 3, 4]),
            backward: { network, pass, batch, _ in
                taken.withLock { $0.append(batch.inputs.elements) }
                return (network.backpropagate(pass, batch.objective), nil)
            })
        let steps = taken.withLock { $0 }
        #expect(steps.map(\.count) == [2, 2, 1, 2, 2, 1, 2, 2, 1])
        #expect(Array(steps.joined()) == Array(expected.joined()))
    }

    /// η = 0.1/(1 + t) goes 0.1, 0.05, 0.1/3, 0.025 along dW = 1, two steps an epoch.
    @Test func `each step takes the schedule's rate`() {
        let trainer = OneNumber.trainer(epochs: 2, batchSize: 1) {
            $0.schedule = InverseTimeDecay(
                decayRate: 1, interval: 1, decaySteps: 1, isStaircase: false, unit: .step)
        }
        let training = trainer.train(
            OneNumber.network(), on: OneNumber.batch([0, 0]),
            backward: OneNumber.along { _, _ in (1, 0) })
        #expect(areClose([training.w], [1 - 0.1 * (1 + 1 / 2.0 + 1 / 3.0 + 1 / 4.0)]))
        #expect(areClose(training.reported("learning_rate:last"), [0.05, 0.025]))
    }

    /// dW = 3 and db = 4, whose norm is 5, at a learning rate of 0.1.
    @Test(arguments: [
        (Clipping.globalNorm(1), 0.6, 0.8), (.norm(1), 1, 1), (.value(3.5), 3, 3.5),
        (.globalNorm(6), 3, 4),
    ])
    func `steps go along clipped gradients`(clipping: Clipping, dW: Double, db: Double) {
        let training = OneNumber.trainer { $0.clipping = clipping }.train(
            OneNumber.network(), on: OneNumber.batch([0]),
            backward: OneNumber.along { _, _ in (3, 4) })
        #expect(areClose([training.w, training.b], [1 - 0.1 * dW, -0.1 * db]))
    }

    /// Norms of 5 and, after W has moved, of 10; a short batch's step counts as another.
    @Test func `the norm is reported as it was before clipping`() {
        let trainer = OneNumber.trainer(batchSize: 2) { $0.clipping = .globalNorm(1) }
        let training = trainer.train(
            OneNumber.network(), on: OneNumber.batch([0, 0, 0]),
            backward: OneNumber.along { w, _ in w == 1 ? (3, 4) : (6, 8) })
        #expect(areClose(training.reported("gradient_norm:mean"), [7.5]))
        #expect(areClose(training.reported("gradient_norm:max"), [10]))
    }

    /// dW = 3 and db = 4 at 0.1 move W from 1 by 0.3 and b from 2 by 0.4.
    @Test func `norms and update ratios are those of the last step`() {
        let trainer = OneNumber.trainer { $0.watches = [.gradientNorms, .updateRatios] }
        let training = trainer.train(
            OneNumber.network(1, 2), on: OneNumber.batch([0]),
            backward: OneNumber.along { _, _ in (3, -4) })
        #expect(areClose(training.reported("layers.0.dW.norm:last"), [3]))
        #expect(areClose(training.reported("layers.0.db.norm:last"), [4]))
        #expect(areClose(training.reported("layers.0.W.update_ratio:last"), [0.3]))
        #expect(areClose(training.reported("layers.0.b.update_ratio:last"), [0.2]))
    }

    @Test func `every so many epochs are reported, and the last`() {
        let trainer = OneNumber.trainer(epochs: 7, batchSize: 1) { $0.reportEvery = 3 }
        let training = trainer.train(OneNumber.network(), on: OneNumber.batch([1, 1]))
        #expect(training.state.reports.map(\.epoch) == [3, 6, 7])
        #expect(training.state.reports.map(\.step) == [6, 12, 14])
        #expect(training.state.costs.count == 7)
        #expect(training.reported("cost:mean").last == training.state.costs.last)
    }

    /// The column names are the order of each report's values.
    @Test func `a report has a value for each column`() {
        let trainer = OneNumber.trainer {
            $0.clipping = .norm(1)
            $0.metrics = [R2()]
            $0.watches = [.gradientNorms]
        }
        let batch = OneNumber.batch([1.0, 2])
        let training = trainer.train(OneNumber.network(), on: batch, validation: batch)
        #expect(
            training.columns == [
                "cost:mean", "loss:mean", "learning_rate:last", "gradient_norm:mean",
                "gradient_norm:max", "r2:uniform_average", "validation.cost:mean",
                "validation.loss:mean", "validation.r2:uniform_average", "layers.0.dW.norm:last",
                "layers.0.db.norm:last",
            ])
        #expect(training.state.reports.map(\.values.count) == [training.columns.count])
    }

    /// A = x where y is 0 or 1, and a is right where a > ½ = y: two of three, one of two and one of
    /// one, whose mean would be ¾.
    @Test func `a metric counts a short last batch by its examples`() {
        let trainer = OneNumber.trainer(rate: 0, batchSize: 2) { $0.metrics = [Accuracy()] }
        let column = { Matrix<Double>(rows: 3, columns: 1, elements: $0) }
        let batch = TrainingBatch(
            inputs: column([2, -2, 2]),
            objective: Objective(
                loss: .binaryCrossentropy(fromLogits: true, outputs: .sum),
                targets: column([1, 1, 1])))
        let training = trainer.train(OneNumber.network(), on: batch)
        #expect(areClose(training.reported("accuracy:mean"), [2 / 3.0]))
    }

    @Test func `a metric that is no number is only taken at the end`() {
        let trainer = OneNumber.trainer(rate: 0) { $0.metrics = [ConfusionMatrix()] }
        let column = { Matrix<Double>(rows: 3, columns: 1, elements: $0) }
        let batch = TrainingBatch(
            inputs: column([2, -2, 2]),
            objective: Objective(
                loss: .binaryCrossentropy(fromLogits: true, outputs: .sum),
                targets: column([1, 1, 0])))
        let training = trainer.train(OneNumber.network(), on: batch)
        #expect(training.columns == ["cost:mean", "loss:mean", "learning_rate:last"])
        #expect(
            training.evaluate(on: batch).metrics.map(\.value) == [
                .matrix(Matrix(rows: 2, columns: 2, elements: [0, 1, 1, 1]))
            ])
    }

    @Test(arguments: 1...7)
    func `a training in pieces is the same`(steps: Int) {
        let trainer = OneNumber.trainer(
            Momentum(momentum: 0.9, style: .keras), epochs: 5, batchSize: 2
        ) { $0.shuffling = Shuffling(seed: 3) }
        let batch = OneNumber.batch([1, 2, -1], [0, 1, 1])
        let data = TrainingData<Double>(batch)
        var (whole, cut) = (
            TrainingSession(OneNumber.network(), on: data, by: trainer),
            TrainingSession(OneNumber.network(), on: data, by: trainer)
        )
        let told = whole.finish()
        var toldInPieces: [TrainingNews] = []
        while cut.outcome == nil { toldInPieces += cut.advance(steps: steps) }
        #expect(toldInPieces == told)
        #expect(cut.checkpoint() == whole.checkpoint())
    }

    @Test func `a session that is at its end goes no further`() {
        var training = OneNumber.trainer().train(OneNumber.network(), on: OneNumber.batch([1]))
        let bytes = training.checkpoint()
        #expect(training.finish().isEmpty)
        #expect(training.outcome == .finished)
        #expect(training.checkpoint() == bytes)
    }
}
