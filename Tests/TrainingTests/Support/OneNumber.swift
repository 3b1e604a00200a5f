import NeuralNetwork
import TestSupport

@testable import Training

// A network of two numbers, W and b, and gradients as a test wants them: what a training does with
// them can be worked out by hand.

enum OneNumber {
    /// A = W·x + b.
    static func network<S: Scalar>(_ w: S = 1, _ b: S = 0) -> Network<S> {
        Network(layers: [
            dense(
                weights: Matrix(rows: 1, columns: 1, repeating: w),
                bias: Matrix(rows: 1, columns: 1, repeating: b), activation: .linear)
        ])
    }

    /// L = ½(A − y)², y being 0 unless it is given.
    static func batch<S: Scalar>(
        _ inputs: [S], _ targets: [S]? = nil, shares: [Double]? = nil
    ) -> TrainingBatch<S> {
        func column(_ numbers: [S]) -> Matrix<S> {
            Matrix(rows: numbers.count, columns: 1, elements: numbers)
        }
        return TrainingBatch(
            inputs: column(inputs),
            objective: Objective(
                loss: .halfSquaredError, targets: column(targets ?? inputs.map { _ in 0 }),
                weights: shares?.map { S($0) }), shares: shares)
    }

    /// Gradients of J that a test gives for each step, from what W and b are before it.
    static func along<S: Scalar>(
        _ gradients: @escaping @Sendable (_ w: S, _ b: S) -> (dW: S, db: S)
    ) -> Trainer.Backward<S> {
        { network, pass, batch, _ in
            let layer = network.layers[0]
            let (dW, db) = gradients(layer.weights[0, 0], layer.bias[0, 0])
            // What is given is of J, and a backward pass gives that of the sum of the losses.
            let m = S(batch.denominator.value)
            var result = network.backpropagate(pass, batch.objective)
            result.layers[0].weights = Matrix(rows: 1, columns: 1, repeating: m * dW)
            result.layers[0].bias = Matrix(rows: 1, columns: 1, repeating: m * db)
            return (result, nil)
        }
    }

    /// Gradients that lead b, at a learning rate of 1, along a path of different numbers.
    static func path(_ numbers: [Double]) -> Trainer.Backward<Double> {
        along { _, b in
            let next = numbers.firstIndex(of: b).map { $0 + 1 } ?? numbers.count
            return (0, numbers.indices.contains(next) ? b - numbers[next] : 0)
        }
    }

    static func trainer(
        _ optimizer: any Optimizer = GradientDescent(), rate: Double = 0.1, epochs: Int = 1,
        batchSize: Int = 100, _ change: (inout Trainer) -> Void = { _ in }
    ) -> Trainer {
        var trainer = Trainer(
            optimizer: optimizer, learningRate: rate, epochs: epochs, batchSize: batchSize)
        change(&trainer)
        return trainer
    }
}

extension TrainingSession {
    var w: S { state.network.layers[0].weights[0, 0] }
    var b: S { state.network.layers[0].bias[0, 0] }
}
