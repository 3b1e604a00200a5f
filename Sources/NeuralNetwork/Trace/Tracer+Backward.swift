extension Network {
    /// Every operation of a backward pass whose derivatives `Convention.apply` has made `gradients`
    /// of; that to X is among them where dX was computed.
    @specialized(where S == Double)
    @specialized(where S == Float)
    public func trace(
        _ gradients: Gradients<S>, of pass: ForwardPass<S>, _ setting: TraceSetting<S>
    ) -> [TraceStep<S>] {
        var tracer = Tracer(self, pass, setting)
        tracer.begin(gradients)
        for layer in layers.indices.reversed() { tracer.goBack(layer, gradients) }
        if gradients.inputs != nil, tracer.takers(of: -1).count > 1 {
            tracer.addSum(-1, gradients)
        }
        return tracer.steps
    }
}

extension Tracer {
    /// The derivatives of the outputs.
    fileprivate mutating func begin(_ gradients: Gradients<S>) {
        let dA = outputGradient(of: last, gradients)
        if let objective = setting.objective {
            differentiate(objective, dA, gradients)
        } else {
            add(
                .backward, last, "seed", dA, .equation(dA.expression, .words("given")), among: [],
                why: [
                    "the request gives it as dA: the derivative, with respect to the outputs, of "
                        + "a scalar that the caller knows; no factor is put on it"
                ])
            if network.layers[last].declaration.hasActivation { addActivation(last, gradients) }
        }
    }

    fileprivate mutating func goBack(_ index: Int, _ gradients: Gradients<S>) {
        if index < last {
            if takers(of: index).count > 1 { addSum(index, gradients) }
            if network.layers[index].declaration.hasActivation { addActivation(index, gradients) }
        }
        for parameter in network.layers[index].layer.parameters.indices {
            addParameter(parameter, index, gradients)
            if gradients.layers[index].terms[parameter] != nil {
                addPenalty(parameter, index, gradients)
            }
        }
        addInputs(index, gradients)
    }

    func outputGradient(of index: Int, _ gradients: Gradients<S>) -> Quantity<S> {
        signal("dA", of: index, gradients.layers[index].output)
    }

    /// dZ; dA, of a layer without an activation, where they are the same.
    func preActivationGradient(of index: Int, _ gradients: Gradients<S>) -> Quantity<S> {
        signal(
            network.layers[index].declaration.hasActivation ? "dZ" : "dA", of: index,
            gradients.layers[index].preActivation)
    }

    mutating func addActivation(_ index: Int, _ gradients: Gradients<S>) {
        add(
            .backward, index, "activation_backward", preActivationGradient(of: index, gradients),
            network.layers[index].activation.backward(layer: index + 1),
            among: [
                outputGradient(of: index, gradients), preActivation(of: index), output(of: index),
            ])
    }
}

// MARK: Parameters

extension Tracer {
    private mutating func addParameter(
        _ parameter: Int, _ index: Int, _ gradients: Gradients<S>
    ) {
        let place = network.layers[index]
        let declared = place.layer.parameters[parameter]
        let terms = gradients.layers[index].terms[parameter]
        let result = numbers(
            "d" + declared.form.name, of: index,
            terms?.data ?? gradients.layers[index].parameters[parameter], declared,
            mark: terms == nil ? nil : "data")
        let upstream = preActivationGradient(of: index, gradients)
        let inputs = place.sources.map { output(of: $0) }
        let mean = meanFactor
        let coefficient = mean == nil ? nil : Expression.over(setting.denominator)
        let isSum = setting.convention == .sum
        let isInSeed = setting.convention == .cost && setting.objective != nil
        let symbol = setting.denominator.symbol
        let isSeeded = setting.objective == nil
        let why =
            isSum
            ? "a derivative of the sum of the \(isSeeded ? "examples' scalars" : "losses"), so "
                + "there is no 1/\(symbol)"
            : isInSeed
                ? "the 1/\(symbol) is in \(upstream.expression.text) already: once more would be "
                    + "1/\(symbol) twice" : nil
        guard place.layer is Dense else {
            let formula = DeclaredFormula(self, index)
            return add(
                .backward, index, formula.name + "_backward", result,
                formula.backward(
                    parameter: declared.form.name, isDataTerm: terms != nil, factor: coefficient),
                among: [upstream] + inputs + arrays(of: index),
                always: [upstream] + (formula.usesOwnLetters ? inputs : []), factor: mean,
                why: [why] + formula.notes)
        }
        let product = linear(parameter, upstream.expression, inputs[0].expression)
        add(
            .backward, index, "linear_backward", result,
            .equation(result.expression, coefficient.map { $0.times(product) } ?? product),
            among: layout == .keras ? inputs + [upstream] : [upstream] + inputs, factor: mean,
            why: [
                why,
                place.layer.outputShape.count > 1
                    ? "the sum is over all examples and all positions" : nil,
            ])
    }

    /// dW, parameter 0, or db of a fully connected layer, before any factor.
    private func linear(_ parameter: Int, _ dZ: Expression, _ a: Expression) -> Expression {
        if parameter > 0, case .symbol(var symbol) = dZ {
            symbol.isOfExample = true
            return .sumOverExamples(.symbol(symbol))
        }
        return switch layout {
        case .course: .product([dZ, .transpose(a)])
        case .pytorch: .product([.transpose(dZ), a])
        case .keras: .product([.transpose(a), dZ])
        }
    }

    /// 1/m, in the derivatives of parameters in convention `loss`.
    private var meanFactor: TraceFactor? {
        guard setting.convention == .loss else { return nil }
        return TraceFactor(
            value: 1 / setting.denominator.value, symbol: "1/\(setting.denominator.symbol)",
            why: setting.objective == nil
                ? "a parameter's derivative is of the mean over the examples; the dA that was "
                    + "given is of each example's own scalar"
                : "a parameter's derivative is of J, the mean of the losses; dZ and dA are of "
                    + "each example's own loss")
    }

    private mutating func addPenalty(_ parameter: Int, _ index: Int, _ gradients: Gradients<S>) {
        guard let penalty = setting.penalty,
            let terms = gradients.layers[index].terms[parameter]
        else { return }
        let declared = network.layers[index].layer.parameters[parameter]
        let name = "d" + declared.form.name
        let weights = arrays(of: index)[parameter]
        let data = numbers(name, of: index, terms.data, declared, mark: "data")
        let isApart = setting.convention == .sum
        let result =
            isApart
            ? numbers(name, of: index, terms.penalty, declared, mark: "penalty")
            : numbers(name, of: index, gradients.layers[index].parameters[parameter], declared)
        let term = penalty.derivative(of: weights.expression)
        add(
            .backward, index, "penalty_backward", result,
            .equation(result.expression, isApart ? term : .sum([data.expression, term])),
            among: [data, weights], factor: penalty.derivativeFactor(examples: pass.examples),
            why: [
                isApart
                    ? "the penalty is no part of the sum of the losses, so that its derivative "
                        + "stands apart and \(name)\(index + 1) is \(data.expression.text) alone"
                    : "the penalty is a term of J beside the mean, so that its derivative is added "
                        + "after the division by \(setting.denominator.symbol)"
            ])
    }
}

// MARK: Inputs

extension Tracer {
    private mutating func addInputs(_ index: Int, _ gradients: Gradients<S>) {
        let place = network.layers[index]
        let upstream = preActivationGradient(of: index, gradients)
        // What is to be added up was not kept apart.
        var apart: [Matrix<S>]?
        for (number, source) in place.sources.enumerated() {
            let whole = source < 0 ? gradients.inputs : gradients.layers[source].output
            guard let whole else { continue }
            var (part, mark) = (whole, nil as String?)
            if takers(of: source).count > 1 {
                let own =
                    apart
                    ?? place.layer.backward(
                        gradients.layers[index].preActivation, from: pass.layers[index],
                        place.numbers, pass.run, toInputs: true
                    ).inputs
                apart = own
                (part, mark) = (own[number], partMark(number, of: index))
            }
            addInput(index, signal("dA", of: source, part, mark: mark), upstream)
        }
    }

    /// What tells apart the derivatives that several layers send back to one.
    private func partMark(_ number: Int, of index: Int) -> String {
        let sources = network.layers[index].sources
        let before = sources[..<number].filter { $0 == sources[number] }.count
        return "from\(index + 1)" + (before == 0 ? "" : "_\(before + 1)")
    }

    private mutating func addInput(
        _ index: Int, _ result: Quantity<S>, _ upstream: Quantity<S>
    ) {
        let place = network.layers[index]
        let isX = result.symbol.layer == 0
        let isWhole = result.symbol.mark == nil
        let toX = isX && isWhole ? "A0 is X, so this is dX" : nil
        let arrays = arrays(of: index)
        guard place.layer is Dense else {
            let formula = DeclaredFormula(self, index)
            let inputs = place.sources.map { output(of: $0) }
            return add(
                .backward, index, formula.name + "_backward", result,
                formula.backwardInput(result.symbol), among: [upstream] + inputs + arrays,
                always: formula.usesOwnLetters ? [upstream] : [], factor: formula.factor,
                why: [toX] + formula.notes)
        }
        let (w, dZ) = (arrays[0].expression, upstream.expression)
        let product: Expression =
            switch layout {
            case .course: .product([.transpose(w), dZ])
            case .pytorch: .product([dZ, w])
            case .keras: .product([dZ, .transpose(w)])
            }
        add(
            .backward, index, "linear_backward", result, .equation(result.expression, product),
            among: layout == .course ? [arrays[0], upstream] : [upstream, arrays[0]],
            why: [toX, positionsNote(index)])
    }

    /// What the layers that take one send back to it, added up.
    fileprivate mutating func addSum(_ source: Int, _ gradients: Gradients<S>) {
        guard let whole = source < 0 ? gradients.inputs : gradients.layers[source].output else {
            return
        }
        let takers = Set(takers(of: source)).sorted()
        let names = takers.map { String($0 + 1) }
        let parts = takers.reversed().flatMap { taker in
            let sources = network.layers[taker].sources
            return sources.indices.filter { sources[$0] == source }.map {
                Expression.Symbol("dA", source + 1, mark: partMark($0, of: taker))
            }
        }
        let result = signal("dA", of: source, whole)
        let operands = parts.map { Quantity<S>($0, shape: result.shape, first: []) }
        add(
            .backward, source < 0 ? nil : source, "gradient_sum", result,
            .equation(result.expression, .sum(parts.map { .symbol($0) })), among: operands,
            why: [
                "A\(source + 1) goes into "
                    + (names.count > 1
                        ? "layers \(names.dropLast().joined(separator: ", ")) and \(names.last!)"
                        : "layer \(names[0]) more than once")
                    + ", and what comes back along all ways adds up (the chain rule)",
                source < 0 ? "A0 is X, so this is dX" : nil,
            ])
    }
}

extension Expression {
    /// 1/m, or what else the sum of the losses is divided by.
    static func over(_ denominator: Denominator) -> Expression {
        .fraction(.number("1"), denominator.expression)
    }

    /// A coefficient and what it multiplies, in one product.
    func times(_ other: Expression) -> Expression {
        if case .product(let factors) = other { return .product([self] + factors) }
        return .product([self, other])
    }
}

extension Denominator {
    fileprivate var expression: Expression {
        switch kind {
        case .examples: .letter("m")
        case .weights: .letter("Σw")
        }
    }
}
