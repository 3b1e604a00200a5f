import NeuralNetwork
import Testing

@testable import Training

struct TopKTests {
    /// The classes are the first, the second and the third greatest of their rows.
    static let outputs = [[0.6, 0.3, 0.1], [0.3, 0.6, 0.1], [0.3, 0.6, 0.1]]
    static let targets: [[Double]] = [[1, 0, 0], [1, 0, 0], [0, 0, 1]]

    @Test(arguments: [(1, 1.0), (2, 2), (3, 3)])
    func `it is the share of classes among the k greatest outputs`(k: Int, right: Double) {
        #expect(
            value(TopK(k: k), .categoricalCrossentropy(), Self.outputs, Self.targets)
                == .number(right / 3))
    }

    @Test func `outputs that are equal to the class's are not before it, as in Keras`() {
        #expect(
            value(TopK(k: 1), .categoricalCrossentropy(), [[0.4, 0.4, 0.2]], [[0, 1, 0]])
                == .number(1))
    }

    @Test func `an output that is not a number is not among the greatest`() {
        #expect(
            value(TopK(k: 2), .categoricalCrossentropy(), [[0.4, .nan, 0.2]], [[0, 1, 0]])
                == .number(0))
    }

    @Test func `weights weigh`() {
        #expect(
            value(
                TopK(k: 2), .categoricalCrossentropy(), Self.outputs, Self.targets,
                weights: [1, 2, 5]) == .number(3.0 / 8))
    }

    @Test func `its name has its k and its reduction`() {
        #expect(TopK(k: 3).name == "top_3:mean")
    }

    @Test func `more than there are outputs, and outputs for themselves, are refused`() {
        #expect(
            TopK(k: 5).refusal(of: .categoricalCrossentropy(), outputShape: [3])
                == "k is 5, and the last layer has 3 outputs")
        #expect(TopK(k: 1).refusal(of: .binaryCrossentropy(), outputShape: [3]) != nil)
        #expect(TopK(k: 3).refusal(of: .categoricalCrossentropy(), outputShape: [3]) == nil)
    }
}
