import NeuralNetwork

/// Gradient descent: `θ ← θ − η·g`. On mini-batches it is stochastic gradient descent.
public struct GradientDescent: Optimizer {
    static let choice = Choice<any Optimizer>(
        "sgd", otherNames: ["gd", "gradient_descent"]
    ) { _ in GradientDescent() }

    public static let defaultLearningRate = 0.01
    public let formula = "θ ← θ − η·g"
    public let slots = 0

    @specialized(where S == Double)
    @specialized(where S == Float)
    public func update<S: Scalar>(
        _ parameter: inout Matrix<S>, along gradient: Matrix<S>, slots: inout [Matrix<S>],
        learningRate: Double, step: Int
    ) {
        let rate = S(learningRate)
        parameter.update(with: gradient) { $0 -= rate * $1 }
    }
}
