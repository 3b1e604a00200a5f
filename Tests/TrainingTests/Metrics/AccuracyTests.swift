import NeuralNetwork
import Testing

@testable import Training

struct AccuracyTests {
    static let outputs = [[0.7, 0.2, 0.1], [0.1, 0.3, 0.6], [0.3, 0.4, 0.3], [0.2, 0.5, 0.3]]
    static let targets: [[Double]] = [[1, 0, 0], [0, 0, 1], [1, 0, 0], [0, 1, 0]]

    /// All but the third are right.
    @Test(arguments: [
        Loss.categoricalCrossentropy(), .sparseCategoricalCrossentropy(), .klDivergence,
        .categoricalHinge,
    ])
    func `of classes it is the share whose greatest output is the target's`(loss: Loss) {
        #expect(value(Accuracy(), loss, Self.outputs, Self.targets) == .number(0.75))
    }

    @Test func `of outputs that are equal the first decides, as in NumPy`() {
        #expect(
            value(Accuracy(), .categoricalCrossentropy(), [[0.5, 0.5]], [[1, 0]]) == .number(1))
        #expect(
            value(Accuracy(), .categoricalCrossentropy(), [[0.5, 0.5]], [[0, 1]]) == .number(0))
    }

    /// 0.5 is not more than 0.5: no, no, yes, yes against yes, no, yes, no.
    @Test func `of one output a probability must exceed the threshold`() {
        let (a, y): ([[Double]], [[Double]]) = (
            [[0.5], [0.1], [0.6], [0.9]], [[1], [0], [1], [0]]
        )
        #expect(value(Accuracy(), .binaryCrossentropy(), a, y) == .number(0.5))
        #expect(value(Accuracy(threshold: 0.7), .binaryCrossentropy(), a, y) == .number(0.25))
    }

    /// A logit exceeds 0 where its probability exceeds ½, and log 3 where it exceeds 0.75.
    @Test func `of logits the threshold is of their probability`() {
        let loss = Loss.binaryCrossentropy(fromLogits: true)
        let (a, y): ([[Double]], [[Double]]) = ([[0.3], [-0.2], [1], [1.2]], [[1], [0], [0], [1]])
        #expect(value(Accuracy(), loss, a, y) == .number(0.75))
        #expect(value(Accuracy(threshold: 0.75), loss, a, y) == .number(0.75))
        #expect(value(Accuracy(threshold: 0), loss, a, y) == .number(0.5))
        #expect(value(Accuracy(threshold: 1), loss, a, y) == .number(0.5))
    }

    @Test(arguments: [Loss.hinge, .squaredHinge])
    func `of targets -1 and 1 the sign decides`(loss: Loss) {
        #expect(
            value(Accuracy(), loss, [[0.2], [-3], [0.4], [-1]], [[1], [-1], [-1], [1]])
                == .number(0.5))
    }

    /// Of six decisions four are right.
    @Test func `several outputs that decide for themselves count one by one`() {
        #expect(
            value(
                Accuracy(), .binaryCrossentropy(), [[0.9, 0.2, 0.8], [0.1, 0.7, 0.4]],
                [[1, 0, 0], [0, 1, 1]]) == .number(4.0 / 6))
    }

    /// As Nielsen's network of sigmoids is judged.
    @Test(arguments: [Loss.binaryCrossentropy(), .halfSquaredError])
    func `told argmax it takes the greatest output whatever the loss`(loss: Loss) {
        #expect(
            value(Accuracy(decision: .argmax), loss, Self.outputs, Self.targets) == .number(0.75))
    }

    /// Right weigh 1 + 2 of 1 + 2 + 5.
    @Test func `weights weigh`() {
        #expect(
            value(
                Accuracy(), .categoricalCrossentropy(), Self.outputs, Self.targets,
                weights: [1, 2, 5, 0]) == .number(3.0 / 8))
    }

    /// An example of two positions, one of them right, and one of which both are.
    @Test func `each position counts by itself`() {
        let objective = Objective<Double>(
            loss: .sparseCategoricalCrossentropy(), targets: .oneHot([0, 1, 1, 1], of: 2))
        let outputs = Matrix<Double>(
            rows: 2, columns: 4, elements: [0.9, 0.1, 0.8, 0.2, 0.3, 0.7, 0.4, 0.6])
        let metric = Accuracy()
        #expect(metric.value(of: metric.tally(of: outputs, objective)) == .number(0.75))
    }

    @Test func `a short last batch counts for what it has`() {
        #expect(
            value(
                Accuracy(), .categoricalCrossentropy(),
                (Array(Self.outputs[..<3]), Array(Self.targets[..<3])),
                (Array(Self.outputs[3...]), Array(Self.targets[3...]))) == .number(0.75))
    }

    @Test func `in float32 it is the same`() {
        let objective = Objective<Float>(
            loss: .binaryCrossentropy(),
            targets: Matrix(rows: 2, columns: 1, elements: [1, 0]))
        let outputs = Matrix<Float>(rows: 2, columns: 1, elements: [0.6, 0.7])
        let metric = Accuracy()
        #expect(metric.value(of: metric.tally(of: outputs, objective)) == .number(0.5))
    }

    @Test func `of nothing it is not a number`() {
        guard case .number(let value) = Accuracy().value(of: MetricTally()) else {
            Issue.record("no number")
            return
        }
        #expect(value.isNaN)
    }

    @Test(arguments: [
        (
            Accuracy(), Loss.meanSquaredError, [3],
            """
            accuracy is of classes, and the targets of this loss are numbers: say "decision": \
            "argmax" where Y is one-hot, "threshold" where it is 0 and 1
            """
        ),
        (
            Accuracy(decision: .argmax), .binaryCrossentropy(), [1],
            """
            the greatest of one output is always the first: accuracy by argmax takes two outputs or \
            more
            """
        ),
        (
            Accuracy(threshold: 0.2), .categoricalCrossentropy(), [4, 3],
            "a threshold is of probabilities, and here accuracy has the greatest output decide"
        ),
        (
            Accuracy(threshold: 0.2), .hinge, [1],
            "a threshold is of probabilities, and here accuracy has the sign decide"
        ),
    ])
    func `what it cannot be taken of is refused with a sentence`(
        metric: Accuracy, loss: Loss, shape: [Int], sentence: String
    ) {
        #expect(metric.refusal(of: loss, outputShape: shape) == sentence)
    }

    @Test func `what it can be taken of is not refused`() {
        #expect(Accuracy().refusal(of: .binaryCrossentropy(), outputShape: [1]) == nil)
        #expect(Accuracy().refusal(of: .categoricalCrossentropy(), outputShape: [5, 3]) == nil)
        #expect(
            Accuracy(decision: .argmax).refusal(of: .halfSquaredError, outputShape: [10]) == nil)
    }
}
