import TestSupport
import Testing

@testable import NeuralNetwork

struct TraceTests {
    /// The course's network of two layers, relu and sigmoid, and five examples.
    static let network = Network<Double>(layers: [
        dense(
            weights: Matrix(rows: 3, columns: 2, elements: [0.1, 0.2, 0.3, -0.1, 0, 0.4]),
            bias: Matrix(rows: 1, columns: 3, repeating: 0), activation: .relu),
        dense(
            weights: Matrix(rows: 1, columns: 3, elements: [0.5, -0.3, 0.2]),
            bias: Matrix(rows: 1, columns: 1, repeating: 0), activation: .sigmoid),
    ])
    static let inputs = Matrix<Double>(
        rows: 5, columns: 2, elements: [1, 5, 2, 4, 3, 3, 4, 2, 5, 1])
    static let targets = Matrix<Double>(rows: 5, columns: 1, elements: [0, 1, 0, 1, 1])

    static func trace(
        _ convention: Convention, _ layout: Layout = .course, loss: Loss = .binaryCrossentropy(),
        penalty: Penalty? = nil
    ) -> (steps: [TraceStep<Double>], gradients: Gradients<Double>) {
        Passes(network, inputs, loss, targets, convention, layout, penalty).trace
    }

    /// Both passes through a network, and their trace.
    struct Passes {
        let trace: (steps: [TraceStep<Double>], gradients: Gradients<Double>)

        init(
            _ network: Network<Double>, _ inputs: Matrix<Double>, _ loss: Loss,
            _ targets: Matrix<Double>, _ convention: Convention = .loss,
            _ layout: Layout = .course, _ penalty: Penalty? = nil, _ run: Run = Run()
        ) {
            let pass = network.forward(inputs, run)
            let objective = Objective(loss: loss, targets: targets)
            let losses = network.losses(of: pass, objective)
            let m = inputs.rows
            var gradients = network.backpropagate(pass, objective, toInputs: true)
            convention.apply(
                to: &gradients, examples: m,
                penalties: penalty?.gradients(of: network, examples: m))
            let setting = TraceSetting(
                convention, layout, denominator: .examples(m), penalty: penalty,
                objective: objective)
            let cost = Cost(
                of: losses, penalty: penalty?.cost(of: network, examples: m) ?? 0)
            trace = (
                network.trace(pass, setting, losses: losses, cost: cost)
                    + network.trace(gradients, of: pass, setting), gradients
            )
        }
    }

    /// What a step says, in one line: its name, its formula, and the factor that it applies.
    static func line(_ step: TraceStep<Double>) -> String {
        "\(step.name): \(step.formula.text)" + (step.factor.map { " [\($0.symbol)]" } ?? "")
    }

    private static let forward = [
        "linear_forward: Z1 = W1·A0 + b1",
        "activation_forward: A1 = max(Z1, 0)",
        "linear_forward: Z2 = W2·A1 + b2",
        "activation_forward: A2 = 1 / (1 + e^(−Z2))",
        "loss: Lᵢ = −Σₖ [yₖ·log aₖ + (1 − yₖ)·log(1 − aₖ)]",
        "cost: J = (1/m)·Σᵢ Lᵢ [1/m]",
    ]

    /// The backward pass, where `seed` and `mean` stand before the outputs' and the parameters'.
    private static func backward(seed: Bool, mean: Bool) -> [String] {
        let of = seed ? ("(1/m)·(", ")", " [1/m]") : ("", "", "")
        let in1 = mean ? ("(1/m)·", " [1/m]") : ("", "")
        return [
            "output_gradient: dA2 = \(of.0)(1 − Y)/(1 − A2) − Y/A2\(of.1)\(of.2)",
            "output_activation_backward: dZ2 = \(of.0)A2 − Y\(of.1)\(of.2)",
            "linear_backward: dW2 = \(in1.0)dZ2·A1ᵀ\(in1.1)",
            "linear_backward: db2 = \(in1.0)Σᵢ dZ2ᵢ\(in1.1)",
            "linear_backward: dA1 = W2ᵀ·dZ2",
            "activation_backward: dZ1 = dA1 where Z1 > 0, 0 elsewhere",
            "linear_backward: dW1 = \(in1.0)dZ1·A0ᵀ\(in1.1)",
            "linear_backward: db1 = \(in1.0)Σᵢ dZ1ᵢ\(in1.1)",
            "linear_backward: dA0 = W1ᵀ·dZ1",
        ]
    }

    @Test(arguments: [
        (Convention.loss, backward(seed: false, mean: true)),
        (.cost, backward(seed: true, mean: false)),
        (.sum, backward(seed: false, mean: false)),
    ])
    func `the course's example has these steps`(convention: Convention, backward: [String]) {
        let steps = Self.trace(convention).steps
        #expect(steps.map(Self.line) == Self.forward + backward)
        #expect(steps.map(\.layer) == [0, 0, 1, 1, nil, nil, 1, 1, 1, 1, 1, 0, 0, 0, 0])
        #expect(steps.compactMap { $0.factor?.value }.allSatisfy { $0 == 0.2 })
        #expect(steps.filter { $0.pass == .forward }.count == Self.forward.count)
    }

    @Test func `the one 1 over m of convention cost is told where it is not`() {
        let steps = Self.trace(.cost).steps.filter { $0.name == "linear_backward" }
        #expect(
            steps[0].why == "the 1/m is in dZ2 already: once more would be 1/m twice")
        #expect(Self.trace(.sum).steps.last { $0.result.name == "dW1" }?.factor == nil)
    }

    @Test(arguments: [
        (
            Layout.pytorch,
            ["Z1 = A0·W1ᵀ + b1", "dW2 = (1/m)·dZ2ᵀ·A1", "dA1 = dZ2·W2"],
            [[5, 3], [1, 3], [5, 3]]
        ),
        (
            .keras, ["Z1 = A0·W1 + b1", "dW2 = (1/m)·A1ᵀ·dZ2", "dA1 = dZ2·W2ᵀ"],
            [[5, 3], [3, 1], [5, 3]]
        ),
        (
            .course, ["Z1 = W1·A0 + b1", "dW2 = (1/m)·dZ2·A1ᵀ", "dA1 = W2ᵀ·dZ2"],
            [[3, 5], [1, 3], [3, 5]]
        ),
    ])
    func `the algebra and the shapes are the layout's`(
        layout: Layout, formulas: [String], shapes: [[Int]]
    ) throws {
        let steps = Self.trace(.loss, layout).steps
        for (formula, shape) in zip(formulas, shapes) {
            let step = try #require(steps.first { $0.formula.text == formula })
            #expect(step.result.shape == shape)
        }
    }

    @Test func `the first numbers are the result's, row by row of the layout`() throws {
        let (steps, gradients) = Self.trace(.loss)
        func first(_ name: String) throws -> [Double] {
            try #require(steps.last { $0.result.name == name }).first
        }
        #expect(try first("dW2") == gradients.layers[1].weights.elements)
        #expect(try first("dW1") == gradients.layers[0].weights.elements)
        let dA1 = gradients.layers[0].output.transposedCopy()
        #expect(try first("dA1") == Array(dA1.elements.prefix(6)))
        let keras = Self.trace(.loss, .keras).steps
        let dW1 = try #require(keras.last { $0.result.name == "dW1" })
        #expect(dW1.first == gradients.layers[0].weights.transposedCopy().elements)
    }

    @Test(arguments: [
        (Penalty(l2: 0.7, scale: .lambdaOver2m), "(λ/m)·W1", "(λ/(2m))·(Σ W1² + Σ W2²)", 0.14),
        (Penalty(l2: 0.7, scale: .lambdaOver2), "λ·W1", "(λ/2)·(Σ W1² + Σ W2²)", 0.7),
        (Penalty(l2: 0.7, scale: .lambda), "2·λ·W1", "λ·(Σ W1² + Σ W2²)", 1.4),
        (
            Penalty(l1: 0.7, scale: .lambdaOver2m), "(λ/(2m))·sign(W1)",
            "(λ/(2m))·(Σ |W1| + Σ |W2|)", 0.07
        ),
        (
            Penalty(l1: 0.1, l2: 0.7, scale: .lambdaOver2), "(1/2)·(2·λ₂·W1 + λ₁·sign(W1))",
            "(1/2)·(λ₂·(Σ W1² + Σ W2²) + λ₁·(Σ |W1| + Σ |W2|))", 0.5
        ),
    ])
    func `the penalty has a step of its own`(
        penalty: Penalty, derivative: String, cost: String, factor: Double
    ) throws {
        let (steps, gradients) = Self.trace(.loss, penalty: penalty)
        let step = try #require(steps.last { $0.name == "penalty_backward" })
        #expect(step.formula.text == "dW1 = dW1_data + \(derivative)")
        #expect(step.operands.map(\.name) == ["dW1_data", "W1"])
        #expect(abs(try #require(step.factor).value - factor) <= 1e-15)  // One rounding or two.
        #expect(step.first == gradients.layers[0].weights.elements)
        #expect(steps.contains { $0.formula.text == "R = \(cost)" })
        #expect(steps.contains { $0.formula.text == "J = (1/m)·Σᵢ Lᵢ + R" })
        let apart = Self.trace(.sum, penalty: penalty).steps
        #expect(apart.contains { $0.formula.text == "dW1_penalty = \(derivative)" })
    }

    @Test func `a seed is told as given`() {
        let pass = Self.network.forward(Self.inputs)
        var gradients = Self.network.backpropagate(pass, from: Self.targets)
        Convention.cost.apply(to: &gradients, denominator: 5, isSeeded: true)
        let setting = TraceSetting<Double>(.cost, .course, denominator: .examples(5))
        let steps = Self.network.trace(gradients, of: pass, setting)
        #expect(steps[0].name == "seed" && steps[0].formula.text == "dA2 = given")
        #expect(steps[0].first == Self.targets.elements)
        #expect(steps[1].formula.text == "dZ2 = dA2∘A2∘(1 − A2)")
        #expect(steps.allSatisfy { $0.factor == nil })
        #expect(!steps.contains { $0.result.name == "dA0" })  // It was not computed.
    }

    @Test(arguments: losses, Convention.allCases)
    func `every loss has its steps`(loss: Named<Loss>, convention: Convention) {
        let steps = Self.trace(convention, loss: loss.value).steps
        let seeds = steps.filter { $0.name.hasPrefix("output_") }
        #expect(!seeds.isEmpty)
        for step in seeds {
            #expect(
                (step.factor?.symbol.contains("1/m") ?? false) == (convention == .cost),
                "\(Self.line(step))")
        }
    }
}
