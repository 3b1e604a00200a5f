// The joint of the two passes: the loss, the cost, and the derivatives of the outputs.

extension Tracer {
    private var targets: Quantity<S>? {
        guard let objective = setting.objective else { return nil }
        let matrix = objective.targets.split(rows: pass.examples)
        let shape = network.layers[last].layer.outputShape
        return Quantity(
            .init("Y"), matrix.elements, [pass.examples] + shape,
            .signal(axes: shape.count, layout))
    }

    private var weights: Quantity<S>? {
        setting.objective?.weights.map { Quantity(.init("w"), shape: [$0.count], first: $0) }
    }

    private var weightsNote: String? {
        weights == nil
            ? nil : "w is what each example weighs: its sample_weight, times that of its class"
    }

    private var positions: Int {
        network.layers[last].layer.outputShape.dropLast().reduce(1, *)
    }

    // MARK: Forward

    mutating func evaluate(_ objective: Objective<S>, _ losses: [S], _ cost: Cost) {
        let result = Quantity(.init("L"), shape: [losses.count], first: losses)
        let operands = [output(of: last), targets, weights].compactMap { $0 }
        let share = positions == 1 ? nil : TraceFactor.share(positions)
        add(
            .forward, nil, "loss", result, lossFormula(objective.loss), among: operands,
            always: operands, factor: share,
            why: [
                "aₖ and yₖ are the numbers k of A\(last + 1) and Y of one example"
                    + (positions == 1 ? "" : ", at one position"),
                objective.loss.targetsNote, weightsNote,
            ])
        addCost(result, cost)
    }

    /// Lᵢ, with its weight and the mean over the positions.
    private func lossFormula(_ loss: Loss) -> Expression {
        var parts = FormulaText.split(loss.formula)
        let (left, right) = FormulaText.equation(parts.removeFirst())
        var whole = right
        if weights != nil {
            var w = Expression.Symbol("w", mark: positions > 1 ? "ₜ" : nil)
            w.isOfExample = true
            whole = .product([.symbol(w), whole])
        }
        if positions > 1 {
            let sum = Expression.symbol(.init("Σ", mark: "ₜ"))
            whole = .product([
                .fraction(.number("1"), .number("\(positions)")),
                .sequence([sum, .words(" "), .mark("["), whole, .mark("]")]),
            ])
        }
        guard !parts.isEmpty else { return .equation(left, whole) }
        let rest = FormulaText.read(", " + parts.joined(separator: ", "))
        return .equation(left, .sequence([whole, rest]))
    }

    private mutating func addCost(_ losses: Quantity<S>, _ cost: Cost) {
        let penalty = Quantity<S>(.init("R"), cost.penalty)
        if let own = setting.penalty {
            let weights = network.layers.indices.flatMap { index in
                zip(arrays(of: index), network.layers[index].layer.parameters)
                    .filter { $1.form.role == .weights }.map(\.0)
            }
            add(
                .forward, nil, "penalty", penalty,
                .equation(penalty.expression, own.formula(of: weights.map(\.expression))),
                among: weights, factor: own.traceFactor(examples: pass.examples))
        }
        let result = Quantity<S>(.init("J"), cost.total)
        var loss = Expression.Symbol("L")
        loss.isOfExample = true
        let mean = Expression.over(setting.denominator)
            .times(.sumOverExamples(.symbol(loss)))
        let symbol = setting.denominator.symbol
        add(
            .forward, nil, "cost", result,
            .equation(
                result.expression,
                setting.penalty == nil ? mean : .sum([mean, penalty.expression])),
            among: [losses, penalty],
            factor: TraceFactor(
                value: 1 / setting.denominator.value, symbol: "1/\(symbol)",
                why: setting.denominator.kind == .examples
                    ? "the cost is the mean of the losses, m being the number of examples"
                    : "the cost is the mean of the losses by weight, Σw being the sum of the weights"
            ),
            why: [
                setting.convention == .sum
                    ? "convention sum has the derivatives of the sum of the losses, without 1/\(symbol)"
                    : nil
            ])
    }

    // MARK: Backward

    mutating func differentiate(
        _ objective: Objective<S>, _ dA: Quantity<S>, _ gradients: Gradients<S>
    ) {
        let place = network.layers[last]
        let derivative = objective.derivative(after: place.activation)
        let names = ["A": output(of: last).symbol, "Y": Expression.Symbol("Y")]
        addSeed(
            "output_gradient", dA, FormulaText.split(derivative.text), derivative.factor, names,
            why: [objective.loss.targetsNote])
        guard place.declaration.hasActivation else { return }
        guard let joint = jointly(objective) else { return addActivation(last, gradients) }
        addSeed(
            "output_activation_backward", preActivationGradient(of: last, gradients), [joint.text],
            joint.factor, names, why: [joint.why])
    }

    /// A derivative that follows from the loss, with all factors that stand in it.
    private mutating func addSeed(
        _ name: String, _ result: Quantity<S>, _ parts: [String], _ ofOutputs: Coefficient,
        _ names: [String: Expression.Symbol], why: [String?]
    ) {
        var factors: [(Expression, TraceFactor)] = []
        let symbol = setting.denominator.symbol
        if setting.convention == .cost {
            factors.append(
                (
                    .over(setting.denominator),
                    TraceFactor(
                        value: 1 / setting.denominator.value, symbol: "1/\(symbol)",
                        why: "dA and dZ are derivatives of J, the mean of the losses, and this is "
                            + "where the 1/\(symbol) comes in, once")
                ))
        }
        if positions > 1 {
            factors.append(
                (.fraction(.number("1"), .number("\(positions)")), .share(positions)))
        }
        let outputs = network.layers[last].lastAxis
        if let own = ofOutputs.factor(outputs: outputs) { factors.append(own) }
        var whole = FormulaText.read(parts[0], names: names)
        if let weights { whole = .elementwise(weights.expression, whole) }
        if !factors.isEmpty { whole = .product(factors.map(\.0) + [whole]) }
        if parts.count > 1 {
            let rest = ", " + parts.dropFirst().joined(separator: ", ")
            whole = .sequence([whole, FormulaText.read(rest, names: names)])
        }
        let operands = [output(of: last), targets, weights].compactMap { $0 }
        add(
            .backward, last, name, result, .equation(result.expression, whole), among: operands,
            always: Array(operands.prefix(2)), factor: .product(factors.map(\.1)),
            why: why + [
                weightsNote,
                factors.contains { $0.1.symbol == "1/\(symbol)" } || setting.convention != .loss
                    ? nil
                    : "a derivative of each example's own loss, so there is no 1/\(symbol) yet",
            ])
    }

    private struct Joint {
        let text: String
        let factor: Coefficient
        let why: String
    }

    /// dZ where the loss and the last activation are taken together; an A that the caller gave may
    /// not be that of Z, and its loss is taken by itself.
    private func jointly(_ objective: Objective<S>) -> Joint? {
        if pass.layers[last].isActivationGiven { return nil }
        let activation = network.layers[last].activation
        let z = "dA\(last + 1) and the activation's slope multiply to this"
        switch (objective.loss, activation) {
        case (.binaryCrossentropy(false, let outputs, _), .sigmoid):
            return Joint(
                text: "A − Y", factor: outputs == .mean ? .overOutputs(1) : .one,
                why: "cross-entropy and sigmoid are taken together: \(z), as the slope a·(1 − a) "
                    + "cancels what dA\(last + 1) divides by, and it stays exact where A is 0 or 1")
        case (.categoricalCrossentropy, .softmax), (.sparseCategoricalCrossentropy, .softmax),
            (.klDivergence, .softmax):
            let addsUp = objective.addsUpToOne
            return Joint(
                text: addsUp ? "A − Y" : "A∘Σₖ yₖ − Y", factor: .one,
                why: "the logarithm and softmax are taken together: dA\(last + 1) through the "
                    + "Jacobian of softmax is this, as each example's targets add up to "
                    + (addsUp ? "1" : "Σₖ yₖ") + ", and it stays exact where A is 0")
        default: return nil
        }
    }
}

extension Objective {
    /// dA of one example's loss, by A and Y, and what it is multiplied by.
    fileprivate func derivative(
        after activation: Activation
    ) -> (text: String, factor: Coefficient) {
        let (text, factor) = loss.derivative
        if loss == .klDivergence, activation == .logSoftmax { return ("−Y", factor) }
        return (addsUpToOne ? text.replacing("∘Σₖ yₖ", with: "") : text, factor)
    }

    /// Whether each row of the targets is a distribution.
    fileprivate var addsUpToOne: Bool {
        (0..<targets.rows).allSatisfy { row in
            let sum = (0..<targets.columns).reduce(into: S(0)) { $0 += targets[row, $1] }
            return abs(sum - 1) <= S(targets.columns) * 4 * .ulpOfOne  // Sums of rounded thirds.
        }
    }
}

extension TraceFactor {
    fileprivate static func share(_ positions: Int) -> TraceFactor {
        TraceFactor(
            value: 1 / Double(positions), symbol: "1/\(positions)",
            why: "an example's loss is the mean over its \(positions) positions")
    }

    /// All of several.
    fileprivate static func product(_ factors: [TraceFactor]) -> TraceFactor? {
        guard let first = factors.first else { return nil }
        if factors.count == 1 { return first }
        let start = TraceFactor(
            value: first.value, symbol: "(\(first.symbol))", why: first.why)
        return factors.dropFirst().reduce(start) { product, next in
            TraceFactor(
                value: product.value * next.value, symbol: "\(product.symbol)·(\(next.symbol))",
                why: "\(product.why); \(next.why)")
        }
    }
}
