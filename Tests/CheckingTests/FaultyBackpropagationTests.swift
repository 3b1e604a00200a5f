import NeuralNetwork
import TestSupport
import Testing

@testable import Checking

struct FaultyBackpropagationTests {
    /// What a fault makes of the problem's derivatives of J.
    private func gradients(
        _ name: String, _ problem: GradientProblem, learningRate: Double = 0.1
    ) throws -> (layers: [[Matrix<Double>]], places: [String]) {
        let fault = try #require(Fault.named(name))
        let m = problem.inputs.rows
        let run = FaultyBackpropagation(
            fault, learningRate: learningRate, datasetSize: Double(2 * m)
        ).run(
            problem.network, problem.network.forward(problem.inputs), problem.objective,
            denominator: .examples(m), penalty: problem.penalty, unless: { false })
        guard var made = run else { preconditionFailure("nothing cancels it") }
        Convention.loss.apply(to: &made.gradients, examples: m, penalties: made.penalties)
        return (made.gradients.layers.map(\.parameters), made.places)
    }

    @Test func `every name is there once`() {
        #expect(Set(Fault.all.map(\.name)).count == Fault.all.count)
        #expect(Fault.named("none") == nil)
    }

    @Test func `every rule of the diagnosis is a fault`() {
        let names = Set(Fault.all.map(\.name))
        for mistake in Mistake.rules { #expect(names.contains(mistake.name), "\(mistake.name)") }
    }

    @Test(
        arguments: [
            ("one_over_m_missing", 5), ("one_over_m_twice", 0.2), ("dataset_size", 0.5),
            ("sign", -1), ("factor_two", 2), ("factor_half", 0.5), ("outputs_averaged", 1 / 3.0),
            ("outputs_summed", 3), ("elements_averaged", 1 / 15.0), ("m_minus_one", 1.25),
        ] as [(String, Double)])
    func `a factor is on every derivative of a parameter`(name: String, factor: Double) throws {
        let problem = GradientProblem.random(examples: 5, seed: 4)
        let made = try gradients(name, problem).layers
        for (own, right) in zip(made.joined(), problem.gradients.joined()) {
            // The factor is put on at another place of the same products: a few ε, 2e-16, each.
            let distance = own.zipped(with: right!.scaled(by: factor), -).peak
            #expect(distance <= 1e-14 * own.peak)
        }
    }

    @Test func `1/m at each layer grows with the way back`() throws {
        var problem = GradientProblem.random(examples: 5, seed: 5)
        let middle = dense(
            weights: Matrix<Double>(rows: 4, columns: 4, elements: (1...16).map { 1 / Double($0) }),
            bias: Matrix(rows: 1, columns: 4, repeating: 0), activation: .tanh)
        problem.network = Network(layers: [
            problem.network.layers[0], middle, problem.network.layers[1],
        ])
        let (made, places) = try gradients("one_over_m_at_each_layer", problem)
        #expect(places == ["dA2", "dA1"])
        for (layer, factor) in [(2, 1), (1, 0.2), (0, 0.04)] {
            let right = problem.gradients[layer][0]!.scaled(by: factor)
            // Two more roundings than the right derivative has.
            #expect(made[layer][0].zipped(with: right, -).peak <= 1e-14 * right.peak)
        }
    }

    @Test func `a forgotten derivative of an activation is forgotten at every layer`() throws {
        let problem = GradientProblem.random(.meanSquaredError, seed: 6)
        let (made, places) = try gradients("activation_derivative_forgotten", problem)
        #expect(places == ["dZ2", "dZ1"])
        let linear = made[1][1].zipped(with: problem.gradients[1][1]!, -).peak
        #expect(linear > 1e-3)
    }

    @Test func `a penalty's mistake is in dW and not in db`() throws {
        let penalty = Penalty(l2: 0.5, scale: .lambdaOver2m)
        let problem = GradientProblem.random(penalty: penalty, seed: 7)
        let (made, places) = try gradients("penalty_forgotten", problem)
        var plain = problem
        plain.penalty = nil
        #expect(places == ["dW2", "dW1"])
        for layer in 0...1 {
            #expect(made[layer][0].elements == plain.gradients[layer][0]!.elements)
            #expect(made[layer][1].elements == problem.gradients[layer][1]!.elements)
        }
    }

    @Test func `a penalty on the bias is in db and not in dW`() throws {
        let penalty = Penalty(l2: 0.5, scale: .lambda)
        let problem = GradientProblem.random(penalty: penalty, seed: 8)
        let (made, places) = try gradients("penalty_on_b", problem)
        #expect(places == ["db2", "db1"])
        for layer in 0...1 {
            #expect(made[layer][0].elements == problem.gradients[layer][0]!.elements)
            // ∂R/∂b = 2·λ·b, and λ is ½.
            let right = problem.gradients[layer][1]!.adding(problem.network.layers[layer].bias)
            #expect(made[layer][1].zipped(with: right, -).peak <= 1e-14 * right.peak)
        }
    }

    @Test func `W that is updated already is moved by the learning rate`() throws {
        let problem = GradientProblem.random(seed: 9)
        let made = try gradients("W_already_updated", problem, learningRate: 0.5).layers
        var updated = problem
        updated.network.layers[1].weights = problem.network.layers[1].weights.zipped(
            with: problem.gradients[1][0]!
        ) { $0 - 0.5 * $1 }
        // dZ2 is of the old W, and only the way back through W2 is of the new one.
        let pass = problem.network.forward(problem.inputs)
        let dZ = problem.network.outputGradients(of: pass, problem.objective).dZ
        let moved = updated.network.layers[1]
        let back = moved.layer.backward(
            dZ, from: pass.layers[1], moved.numbers, pass.run, toInputs: true)
        let dZ1 = problem.network.layers[0].pullBack(back.inputs[0], through: pass.layers[0])
        let bias = (0..<4).map { j in (0..<5).reduce(0) { $0 + dZ1[$1, j] } / 5 }
        for (own, right) in zip(made[0][1].elements, bias) {
            // Sums of five numbers, in another order: a few ε of the largest.
            #expect(abs(own - right) <= 1e-14 * dZ1.peak)
        }
    }

    @Test(arguments: ["W_already_updated", "one_over_m_twice", "W_not_transposed", "A_minus_Y"])
    func `where there is no room for a fault it is made nowhere`(name: String) throws {
        let problem = GradientProblem.random(examples: 1, seed: 10)
        let (made, places) = try gradients(name, problem, learningRate: 0)
        #expect(places.isEmpty)
        #expect(made.joined().map(\.elements) == problem.gradients.joined().map { $0!.elements })
    }
}
