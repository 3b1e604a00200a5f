/// What a layer's declaration says of its two directions, in the names of the layer's place in a
/// network.
struct DeclaredFormula<S: Scalar> {
    private let place: NetworkLayer<S>
    private let index: Int
    private let layout: Layout
    private let isTraining: Bool

    init(_ tracer: Tracer<S>, _ index: Int) {
        place = tracer.network.layers[index]
        self.index = index
        layout = tracer.layout
        isTraining = tracer.pass.run.mode == .training
    }

    private var layer: any Layer { place.layer }

    /// What its steps are called by.
    var name: String { layer is ActivationLayer ? "copy" : place.declaration.name }

    /// Whether its formula has letters of its own for what comes and goes: xₜ and hₜ.
    var usesOwnLetters: Bool { layer is SimpleRNN || layer is LSTM || layer is GRU }

    /// Whether its formula is of one example, so that a parameter's derivative sums over them.
    private var isOfOneExample: Bool { usesOwnLetters || layer is MultiHeadAttention }

    private func output(_ d: String = "") -> Expression.Symbol {
        .init(d + (place.declaration.hasActivation ? "Z" : "A"), index + 1)
    }

    private func input(_ source: Int, _ d: String = "", mark: String? = nil) -> Expression.Symbol {
        .init(d + "A", source + 1, mark: mark)
    }

    // MARK: Forward

    var forward: Expression {
        let result = Expression.symbol(output())
        let inputs = place.sources.map { Expression.symbol(input($0)) }
        if layer is ActivationLayer { return .equation(result, inputs[0]) }
        if layer is Add { return .equation(result, .sum(inputs)) }
        if layer is Concatenate {
            let list = inputs.enumerated().flatMap { place, input in
                place == 0 ? [input] : [.mark(","), .words(" "), input]
            }
            return .equation(
                result,
                .sequence([.mark("(")] + list + [.mark(")"), .words(" along the features")]))
        }
        let text = forwardText
        if usesOwnLetters { return FormulaText.read(text, names: names) }
        let (left, right) = FormulaText.equation(text, names: names)
        return .equation(left, right)
    }

    private var forwardText: String {
        let text = place.declaration.formula.forward
        if layer is BatchNormalization, !isTraining {
            return "A = gamma∘x̂ + beta, "
                + "x̂ = (A_prev − moving_mean)/√(moving_variance + ε)"
        }
        return withItsBiases(ofMode(text))
    }

    /// The formula without the biases that the layer does not have, and with both of those that it
    /// has two of.
    private func withItsBiases(_ text: String) -> String {
        let learned = layer.parameters.map(\.form.name)
        var text = text
        for form in place.declaration.arrays
        where form.role == .bias && !learned.contains(form.name) {
            text = text.replacing(form.name + "[f] + ", with: "")
            for end in [",", ";", " ", ")"] {
                text = text.replacing(" + " + form.name + end, with: end)
            }
            if text.hasSuffix(" + " + form.name) {
                text = String(text.dropLast(3 + form.name.count))
            }
        }
        let second = "b_recurrent"
        if learned.contains(second), !text.contains(second) {
            text = text.replacing(" + b ", with: " + b + \(second) ")
        }
        return text
    }

    /// The part of a formula that is of the mode.
    private func ofMode(_ text: String) -> String {
        guard let border = text.firstRange(of: "; in inference ") else { return text }
        return String(isTraining ? text[..<border.lowerBound] : text[border.upperBound...])
    }

    // MARK: Backward

    /// The derivative of a parameter; its data term alone, where a penalty's is still to be added.
    func backward(
        parameter: String, isDataTerm: Bool, factor: Expression?
    ) -> Expression {
        var names = names
        names["d" + parameter] = .init(
            "d" + parameter, index + 1, mark: isDataTerm ? "data" : nil)
        let equations = equations
        // Two biases of one sum have the same derivative.
        let twin = parameter == "b_recurrent" ? "db" : nil
        guard
            let own = equations.first(where: { $0.name == "d" + parameter })
                ?? equations.first(where: { $0.name == twin })
        else {
            preconditionFailure("\(name) does not say what d\(parameter) is")
        }
        if own.name == twin { names["db"] = names["d" + parameter] }
        let (left, right) = FormulaText.equation(own.text, names: names)
        let summed = isOfOneExample ? Expression.sumOverExamples(right) : right
        return adding(
            equations, to: .equation(left, factor.map { .product([$0, summed]) } ?? summed), own,
            names)
    }

    /// The derivative of an input.
    func backwardInput(_ result: Expression.Symbol) -> Expression {
        let upstream = Expression.symbol(output("d"))
        if layer is ActivationLayer || layer is Add { return .equation(.symbol(result), upstream) }
        if layer is Concatenate {
            return .equation(
                .symbol(result), .sequence([.words("its part of "), upstream]))
        }
        var names = names
        for name in ["dA_prev", "dX", "dx"] where names[name] != nil || name == "dA_prev" {
            names[name] = result
        }
        let equations = equations
        let own = equations.first { ["dA_prev", "dX", "dx"].contains($0.name) }
        guard let own else { preconditionFailure("\(name) does not say what dA_prev is") }
        let (left, right) = FormulaText.equation(own.text, names: names)
        return adding(equations, to: .equation(left, right), own, names)
    }

    /// The letters of a quantity, without what marks its parts: dA of `dA_z`.
    private static func stem(_ name: String) -> String { String(name.prefix { $0 != "_" }) }

    private typealias Equation = (name: String, text: String)

    private var equations: [Equation] {
        if layer is BatchNormalization, !isTraining {
            return FormulaText.equations(
                in: "dgamma = Σ dA∘x̂, dbeta = Σ dA, dA_prev = gamma/√(moving_variance + ε)∘dA")
        }
        return FormulaText.equations(in: ofMode(place.declaration.formula.backward))
    }

    /// An equation with those that say what it has in it.
    private func adding(
        _ equations: [Equation], to whole: Expression, _ own: Equation,
        _ names: [String: Expression.Symbol]
    ) -> Expression {
        let learned = Set(layer.parameters.map { "d" + $0.form.name })
        let others = equations.filter {
            !learned.contains($0.name) && !["dA_prev", "dX", "dx"].contains($0.name)
        }
        var needed: Set<String> = []
        var text = [own.text]
        while let next = others.first(where: { other in
            !needed.contains(other.text)
                && text.contains { $0.dropFirst(own.name.count).contains(Self.stem(other.name)) }
        }) {
            needed.insert(next.text)
            text.append(next.text)
        }
        let parts = others.filter { needed.contains($0.text) }.flatMap { other in
            [Expression.mark(","), .words(" "), FormulaText.read(other.text, names: names)]
        }
        guard !parts.isEmpty, case .equation(let left, let right) = whole else { return whole }
        return .equation(left, .sequence([right] + parts))
    }

    // MARK: Names

    /// The names of the declaration's quantities in the network.
    private var names: [String: Expression.Symbol] {
        var names: [String: Expression.Symbol] = [:]
        for form in layer.parameters.map(\.form) + layer.states.map(\.form) {
            names[form.name] = .init(form.name, index + 1)
            names["d" + form.name] = .init("d" + form.name, index + 1)
        }
        for name in place.declaration.answered { names[name] = .init(name, index + 1) }
        if usesOwnLetters { return names }
        let source = place.sources[0]
        names["A_prev"] = input(source)
        names["dA_prev"] = input(source, "d")
        // Without an activation Z and A are the same, and the network calls them A.
        for d in ["", "d"] {
            names[d + "Z"] = output(d)
            names[d + "A"] = .init(d + "A", index + 1)
        }
        if layer is Embedding || layer is MultiHeadAttention { names["X"] = input(source) }
        if layer is PReLU || layer is LayerNormalization { names["x"] = input(source) }
        names["dX"] = input(source, "d")
        names["dx"] = input(source, "d")
        return names
    }

    // MARK: Beside the formula

    /// What dropout divides by.
    var factor: TraceFactor? {
        guard let dropout = layer as? Dropout, isTraining else { return nil }
        return TraceFactor(
            value: 1 / dropout.keepProbability, symbol: "1/keep_prob",
            why: "what is kept is scaled up, so that the expected sum stays as it was")
    }

    var notes: [String?] {
        [
            usesOwnLetters
                ? "xₜ is A\(place.sources[0] + 1) at time t, hₜ is what A\(index + 1) is made of, "
                    + "and dhₜ begins as dA\(index + 1) at time t" : nil,
            layer is MultiHeadAttention
                ? "the formula is of one example, a row for each time" : nil,
            layer.parameters.contains {
                $0.shape.count == 2 && $0.form.order(in: layout) != [0, 1]
            }
                ? "the formula writes weights as outputs × inputs, and layout "
                    + "\(layout.rawValue) has them transposed" : nil,
            layer.mixesExamples(Run(isTraining ? .training : .inference))
                ? "it mixes the examples of the batch" : nil,
        ]
    }
}
