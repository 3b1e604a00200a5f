import NeuralNetwork
import TestSupport

@testable import Checking

/// A network, a batch and a loss, whose derivatives of J can be checked.
struct GradientProblem {
    var network: Network<Double>
    var inputs: Matrix<Double>
    var objective: Objective<Double>
    var penalty: Penalty?

    /// Layers of 3-4-3 units that end in softmax, and one-hot targets, or −1 and 1; everything is
    /// drawn from a seed.
    static func random(
        hidden: Activation = .tanh, _ loss: Loss = .categoricalCrossentropy(), examples: Int = 5,
        penalty: Penalty? = nil, seed: UInt32 = 1
    ) -> GradientProblem {
        var random = LegacyRandom(seed: seed)
        let one = Matrix<Double>.oneHot((0..<examples).map { $0 % 3 }, of: 3)
        let targets =
            loss.targetKind == .signs
            ? Matrix(rows: examples, columns: 3, elements: one.elements.map { 2 * $0 - 1 }) : one
        return GradientProblem(
            network: Network(layers: [
                dense(
                    weights: random.matrix(4, 3), bias: random.matrix(1, 4), activation: hidden),
                dense(
                    weights: random.matrix(3, 4), bias: random.matrix(1, 3), activation: .softmax),
            ]),
            inputs: random.matrix(examples, 3),
            objective: Objective(loss: loss, targets: targets), penalty: penalty)
    }

    /// J = Σ (w·x + b − y)²/2m of one linear, or other, unit.
    static func unit(
        _ activation: Activation, weight: Double, bias: Double = 0, x: [Double], y: [Double],
        loss: Loss = .halfSquaredError, penalty: Penalty? = nil
    ) -> GradientProblem {
        GradientProblem(
            network: Network(layers: [
                dense(
                    weights: Matrix(rows: 1, columns: 1, repeating: weight),
                    bias: Matrix(rows: 1, columns: 1, repeating: bias), activation: activation)
            ]),
            inputs: Matrix(rows: x.count, columns: 1, elements: x),
            objective: Objective(
                loss: loss, targets: Matrix(rows: y.count, columns: 1, elements: y)),
            penalty: penalty)
    }

    /// Those of J, by backpropagation.
    var gradients: [[Matrix<Double>?]] {
        var gradients = network.backpropagate(network.forward(inputs), objective)
        Convention.loss.apply(
            to: &gradients, examples: inputs.rows,
            penalties: penalty?.gradients(of: network, examples: inputs.rows))
        return gradients.layers.map { $0.parameters.map { $0 } }
    }

    /// `change` is made to right gradients before they are checked.
    func check(
        _ settings: NumericalSettings = NumericalSettings(),
        _ change: (inout [[Matrix<Double>?]]) -> Void = { _ in }
    ) throws -> NumericalCheck.Result {
        var analytic = gradients
        change(&analytic)
        return try NumericalCheck(settings).run(
            network: network, inputs: inputs, run: Run(), objective: objective,
            denominator: Double(inputs.rows), penalty: penalty, analytic: analytic)
    }
}

extension LegacyRandom {
    mutating func matrix(_ rows: Int, _ columns: Int) -> Matrix<Double> {
        Matrix(
            rows: rows, columns: columns,
            elements: (0..<(rows * columns)).map { _ in normal() })
    }
}

extension [[Matrix<Double>?]] {
    mutating func scale(by factor: Double) {
        for layer in indices {
            for parameter in self[layer].indices {
                self[layer][parameter] = self[layer][parameter].map { matrix in
                    Matrix(
                        rows: matrix.rows, columns: matrix.columns,
                        elements: matrix.elements.map { $0 * factor })
                }
            }
        }
    }
}
