import NeuralNetwork
import Testing

@testable import Training

struct ConfusionMatrixTests {
    static func counts(_ value: MetricValue) -> [[Double]] {
        guard case .matrix(let matrix) = value else { return [] }
        return (0..<matrix.rows).map { matrix.rows($0..<($0 + 1)).elements }
    }

    /// The classes 0, 2, 0, 1 are taken for 0, 2, 1, 1.
    @Test func `a row is of a class, a column of what it is taken for`() {
        #expect(
            Self.counts(
                value(
                    ConfusionMatrix(), .categoricalCrossentropy(), AccuracyTests.outputs,
                    AccuracyTests.targets)) == [[1, 1, 0], [0, 1, 0], [0, 0, 1]])
    }

    /// No, no, yes, yes against yes, no, yes, no.
    @Test func `of one output there are two classes`() {
        #expect(
            Self.counts(
                value(
                    ConfusionMatrix(), .binaryCrossentropy(), [[0.5], [0.1], [0.6], [0.9]],
                    [[1], [0], [1], [0]])) == [[1, 1], [1, 1]])
    }

    @Test func `weights are what is added up`() {
        #expect(
            Self.counts(
                value(
                    ConfusionMatrix(), .categoricalCrossentropy(), AccuracyTests.outputs,
                    AccuracyTests.targets, weights: [1, 2, 0.5, 4]))
                == [[1, 0.5, 0], [0, 4, 0], [0, 0, 2]])
    }

    @Test func `batches add up`() {
        let (outputs, targets) = (AccuracyTests.outputs, AccuracyTests.targets)
        #expect(
            Self.counts(
                value(
                    ConfusionMatrix(), .categoricalCrossentropy(),
                    (Array(outputs[..<3]), Array(targets[..<3])),
                    (Array(outputs[3...]), Array(targets[3...]))))
                == [[1, 1, 0], [0, 1, 0], [0, 0, 1]])
    }

    @Test(arguments: [
        (
            Loss.binaryCrossentropy(), 3,
            """
            3 outputs that each decide for themselves have no single confusion_matrix: say \
            "decision": "argmax" where Y is one-hot
            """
        ),
        (
            .categoricalCrossentropy(), 1001,
            "confusion_matrix is of 1000 classes at most, and there are 1001"
        ),
    ])
    func `what has no matrix is refused`(loss: Loss, outputs: Int, sentence: String) {
        #expect(ConfusionMatrix().refusal(of: loss, outputShape: [outputs]) == sentence)
    }
}
