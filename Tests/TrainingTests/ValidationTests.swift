import NeuralNetwork
import TestSupport
import Testing

@testable import Training

struct ValidationTests {
    /// b goes from 0 to 1 in the first epoch, and y is 0.
    @Test func `the network is tried as each epoch leaves it`() {
        let batch = OneNumber.batch([0.0])
        let training = OneNumber.trainer(rate: 1, epochs: 2).train(
            OneNumber.network(), on: batch, validation: batch, backward: OneNumber.path([0, 1, 3]))
        #expect(training.reported("loss:mean") == [0, 0.5])
        #expect(training.reported("validation.loss:mean") == [0.5, 4.5])
    }

    /// With nothing dropped A = x = 1 and L = ½; in training it is 0 or ½·2² = 2.
    @Test func `it is tried in inference mode`() throws {
        var settings = SettingValues(defaultsOf: Dropout.declaration.settings)
        settings.set("rate", to: 0.5)
        let dropout = NetworkLayer<Double>(
            try Dropout(LayerPlan(settings, inputs: [[1]])), sources: [0],
            numbers: LayerNumbers(parameters: []))
        let first = OneNumber.network(1.0).layers[0]
        let network = Network(layers: [first, dropout])
        let batch = OneNumber.batch([1.0])
        let training = OneNumber.trainer(rate: 0, epochs: 3).train(
            network, on: batch, validation: batch)
        #expect(training.reported("validation.loss:mean") == [0.5, 0.5, 0.5])
        #expect(training.reported("loss:mean").allSatisfy { $0 == 0 || $0 == 2 })
    }

    /// More examples than are evaluated at once: 1024 of L = ½ and 476 of L = 2.
    static let many = [Double](repeating: -1, count: 1024) + [Double](repeating: -2, count: 476)

    static func loss(_ shares: [Double]?, penalty: Penalty? = nil) -> TrainingSession<Double> {
        OneNumber.trainer(rate: 0) { $0.penalty = penalty }.train(
            OneNumber.network(), on: OneNumber.batch([0]),
            validation: OneNumber.batch(many.map { _ in 0 }, many, shares: shares))
    }

    @Test func `all examples count alike, in how many parts ever`() {
        let training = Self.loss(nil)
        let expected = (1024 * 0.5 + 476 * 2) / 1500
        #expect(areClose(training.reported("validation.loss:mean"), [expected]))
    }

    /// Weights of 0 for the first part: the mean is that of the second, 2.
    @Test func `examples count by their weights`() {
        let training = Self.loss(Self.many.map { $0 == -1 ? 0 : 3 })
        #expect(areClose(training.reported("validation.loss:mean"), [2]))
    }

    /// R = λ/2m·W² = 3000/3000·1, m that of the whole validation batch.
    @Test func `the penalty goes by all its examples`() {
        let training = Self.loss(nil, penalty: Penalty(l2: 3000, scale: .lambdaOver2m))
        let expected = (1024 * 0.5 + 476 * 2) / 1500 + 1
        #expect(areClose(training.reported("validation.cost:mean"), [expected]))
    }
}
