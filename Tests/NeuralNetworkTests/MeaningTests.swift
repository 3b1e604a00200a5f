import TestSupport
import Testing

@testable import NeuralNetwork

struct MeaningTests {
    static func meaning(
        _ convention: Convention, _ layout: Layout = .course, penalized: Bool = false
    ) -> [String: Meaning.Derivative] {
        var context = MeaningContext(PenaltyTests.network, examples: 4)
        context.isPenalized = penalized
        context.layout = layout
        let meaning = Meaning(of: convention, context)
        return Dictionary(uniqueKeysWithValues: meaning.derivatives.map { ($0.name, $0) })
    }

    @Test(arguments: [
        (Convention.loss, "L", "J"), (.cost, "J", "J"), (.sum, "L", "ΣL"),
    ])
    func `the scalar is named`(convention: Convention, signal: String, parameter: String) {
        let meaning = Self.meaning(convention)
        #expect(meaning["dZ"]?.of == signal && meaning["dA"]?.of == signal)
        #expect(meaning["dW"]?.of == parameter && meaning["db"]?.of == parameter)
    }

    @Test(arguments: [
        (Convention.loss, "∂J/∂W = (1/m)·dZ·A_prevᵀ", "∂J/∂b = (1/m)·Σᵢ dZᵢ"),
        (.cost, "∂J/∂W = dZ·A_prevᵀ", "∂J/∂b = Σᵢ dZᵢ"),
        (.sum, "∂(Σ Lᵢ)/∂W = dZ·A_prevᵀ", "∂(Σ Lᵢ)/∂b = Σᵢ dZᵢ"),
    ])
    func `the formula shows where 1 over m stands`(
        convention: Convention, dW: String, db: String
    ) {
        let meaning = Self.meaning(convention)
        #expect(meaning["dW"]?.formula == dW)
        #expect(meaning["db"]?.formula == db)
    }

    @Test(arguments: [
        (Layout.course, "dZ·A_prevᵀ", "column"), (.pytorch, "dZᵀ·A_prev", "row"),
        (.keras, "A_prevᵀ·dZ", "row"),
    ])
    func `the formula is that of the layout`(layout: Layout, product: String, example: String) {
        let meaning = Self.meaning(.cost, layout)
        #expect(meaning["dW"]?.formula == "∂J/∂W = \(product)")
        #expect(meaning["dZ"]?.formula == "∂J/∂Z, one \(example) an example")
    }

    @Test func `a penalty has its own entry`() {
        let meaning = Self.meaning(.loss, penalized: true)
        #expect(meaning["dW"]?.formula == "∂J/∂W = (1/m)·dZ·A_prevᵀ + ∂R/∂W")
        #expect(meaning["dW_penalty"]?.of == "R")
        #expect(meaning["dW_penalty"]?.times?.map(\.factor) == [1, 1, 1])
        #expect(meaning["dW_data"]?.times?.map(\.factor) == [1, 1, 4])
    }

    /// In `sum` dW lacks the penalty's term, in `loss` and `cost` it has it: no factor does that.
    @Test(arguments: Convention.allCases)
    func `a dW with a penalty has no times, its terms have`(convention: Convention) {
        let meaning = Self.meaning(convention, penalized: true)
        #expect(meaning["dW"] != nil && meaning["dW"]?.times == nil)
        #expect(meaning["dW_data"]?.times != nil && meaning["dW_penalty"]?.times != nil)
    }

    /// Every activation with every loss, in every convention. The tolerance is that of
    /// `BackpropagationTests`, which compares with the same differences.
    @Test(arguments: activations, losses)
    func `every derivative is that of the scalar that is named`(
        hidden: Named<Activation>, loss: Named<Loss>
    ) throws {
        let problem = Problem.random(hidden: hidden.value, loss.value, seed: 37)
        var differences = [("dX", \Gradients<Double>.inputs!, problem.differencesByInputs())]
        differences.append(
            ("dA", \.layers[0].output, problem.differences(by: \.activation, of: 0)))
        for index in problem.network.layers.indices {
            differences += [
                ("dW", \.layers[index].weights, problem.differences(by: \.weights, of: index)),
                ("db", \.layers[index].bias, problem.differences(by: \.bias, of: index)),
                (
                    "dZ", \.layers[index].preActivation,
                    problem.differences(by: \.preActivation, of: index)
                ),
            ]
        }
        for convention in Convention.allCases {
            var gradients = problem.backpropagate()
            convention.apply(to: &gradients, examples: problem.examples)
            let meaning = Meaning(
                of: convention, MeaningContext(problem.network, examples: problem.examples))
            for (name, path, differences) in differences {
                let derivative = try #require(meaning.derivatives.first { $0.name == name })
                let gradient = gradients[keyPath: path]
                let expected = try #require(
                    Self.derivative(of: derivative.of, differences, columns: gradient.columns))
                #expect(
                    gradient.elements.distance(from: expected) <= BackpropagationTests.tolerance,
                    "\(name) in \(convention)")
            }
        }
    }

    /// The derivative of a scalar, by the name it has on the wire, from those of every loss.
    static func derivative(
        of scalar: String, _ losses: [[Double]], columns: Int
    ) -> [Double]? {
        switch scalar {
        case "L": LossTests.ownDerivatives(losses, columns: columns)
        case "J": losses.map { $0.reduce(0, +) / Double($0.count) }
        case "ΣL": losses.map { $0.reduce(0, +) }
        default: nil
        }
    }
}
