import NeuralNetwork
import Testing

@testable import Training

struct LBFGSTrainingTests {
    static func optimizer(searching line: String) throws -> any Optimizer {
        let choice = try #require(optimizers.first { $0.name == "lbfgs" })
        var settings = SettingValues(defaultsOf: choice.settings)
        settings.set("line_search", to: line)
        return choice.make(settings)
    }

    /// The line of least squares through (1, 0), (2, 1), (−1, 1), W = −1/14 and b = 5/7, in a few
    /// steps, and the cost falls; gradient descent takes hundreds.
    @Test func `its line search evaluates the session's cost`() throws {
        let training = OneNumber.trainer(
            try Self.optimizer(searching: "strong_wolfe"), rate: 1, epochs: 10
        ).train(OneNumber.network(), on: OneNumber.batch([1, 2, -1], [0, 1, 1]))
        // It stops where the slope along the step, eᵀ·H·e of the error e, is less than 1e-9, and H's
        // smallest eigenvalue is 0.667.
        #expect(abs(training.w - -1 / 14.0) <= 4e-5)
        #expect(abs(training.b - 5 / 7.0) <= 4e-5)
        #expect(zip(training.state.costs, training.state.costs.dropFirst()).allSatisfy { $0 >= $1 })
    }

    @Test func `a line search that is put aside is the same`() throws {
        let optimizer = try Self.optimizer(searching: "strong_wolfe")
        try ResumingTests.putAsideAtEachStep(Lesson<Double>(optimizer))
        try ResumingTests.putAsideAtEachStep(Lesson<Float>(optimizer))
    }
}
