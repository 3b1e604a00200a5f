import NeuralNetwork

@testable import Training

extension ElementwiseOptimizer {
    /// A parameter of one number after each step along the gradients, from 1.
    func path<S: Scalar>(along gradients: [Double], in width: S.Type = Double.self) -> [S] {
        path(along: gradients, rates: gradients.map { _ in 0.1 }, in: width)
    }

    /// The same, each step with a learning rate of its own.
    func path<S: Scalar>(
        along gradients: [Double], rates: [Double], in _: S.Type = Double.self
    ) -> [S] {
        var parameter = Matrix<S>(rows: 1, columns: 1, repeating: 1)
        var memory = slots.map { Matrix<S>(rows: 1, columns: 1, repeating: S($0)) }
        var numbers = self.numbers
        return gradients.enumerated().map { index, gradient in
            advance(&numbers, to: index + 1)
            update(
                &parameter, along: Matrix(rows: 1, columns: 1, repeating: S(gradient)),
                slots: &memory,
                at: OptimizerStep(
                    number: index + 1, learningRate: rates[index], numbers: numbers, of: self))
            return parameter[0, 0]
        }
    }
}

/// Whether numbers of about 1 are the same but for the rounding of a few operations.
func areClose(_ x: [Double], _ y: [Double]) -> Bool {
    x.count == y.count && zip(x, y).allSatisfy { abs($0 - $1) <= 1e-15 }
}
