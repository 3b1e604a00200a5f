import NeuralNetwork
import TestSupport

@testable import NeuralNetwork
@testable import Training

/// f(θ) = Σ ½·c·(θ − l)², with the numbers of θ as the weights of one layer.
struct Parabola {
    let curvatures: [Double]
    let lowest: [Double]

    func value(at theta: [Double]) -> Double {
        var sum = 0.0
        for (index, curvature) in curvatures.enumerated() {
            let distance = theta[index] - lowest[index]
            sum += curvature * distance * distance / 2
        }
        return sum
    }

    func gradient(at theta: [Double]) -> [Double] {
        (0..<theta.count).map { curvatures[$0] * (theta[$0] - lowest[$0]) }
    }

    /// Where so many steps lead.
    func descend(
        by optimizer: any Optimizer, from start: [Double], steps: Int, learningRate: Double
    ) -> [Double] {
        var network = Self.network(start)
        var state = optimizer.initialState(of: network)
        for _ in 0..<steps {
            let (cost, gradients) = evaluate(network)
            // Nothing here cancels a step.
            try? optimizer.step(
                &network, along: gradients, cost: cost, state: &state, learningRate: learningRate,
                evaluate: evaluate)
        }
        return network.layers[0].weights.elements
    }

    func evaluate(_ network: Network<Double>) -> (cost: Double, gradients: Gradients<Double>) {
        let theta = network.layers[0].weights.elements
        return (value(at: theta), Self.gradients(gradient(at: theta)))
    }

    /// A layer of one unit, whose weights are the numbers; its bias, along which nothing goes, is 0.
    static func network(_ theta: [Double]) -> Network<Double> {
        Network(layers: [
            dense(
                weights: Matrix(rows: 1, columns: theta.count, elements: theta),
                bias: Matrix(rows: 1, columns: 1, repeating: 0), activation: .linear)
        ])
    }

    static func gradients(_ weights: [Double]) -> Gradients<Double> {
        let none = Matrix<Double>(rows: 1, columns: 1, repeating: 0)
        return Gradients(layers: [
            LayerGradients(
                parameters: [
                    Matrix(rows: 1, columns: weights.count, elements: weights), none,
                ], preActivation: none, output: none)
        ])
    }
}
