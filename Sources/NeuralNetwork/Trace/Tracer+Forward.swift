extension Network {
    /// Every operation of a forward pass, and of the loss and the cost where there is an objective.
    @specialized(where S == Double)
    @specialized(where S == Float)
    public func trace(
        _ pass: ForwardPass<S>, _ setting: TraceSetting<S>, losses: [S] = [], cost: Cost? = nil
    ) -> [TraceStep<S>] {
        var tracer = Tracer(self, pass, setting)
        for layer in layers.indices { tracer.goForward(layer) }
        if let objective = setting.objective, let cost {
            tracer.evaluate(objective, losses, cost)
        }
        return tracer.steps
    }
}

extension Tracer {
    fileprivate mutating func goForward(_ index: Int) {
        let place = network.layers[index]
        let cache = setting.caches?[index]
        let hasActivation = place.declaration.hasActivation
        let result = hasActivation ? preActivation(of: index) : output(of: index)
        if hasActivation ? cache?.preActivation != nil : cache?.hasArrays == true {
            addGiven(result, index)
        } else if place.layer is Dense {
            addLinear(result, index)
        } else {
            addDeclared(result, index)
        }
        addStates(index)
        guard hasActivation else { return }
        if cache?.activation != nil {
            addGiven(output(of: index), index)
        } else {
            add(
                .forward, index, "activation_forward", output(of: index),
                place.activation.forward(layer: index + 1), among: [preActivation(of: index)])
        }
    }

    private mutating func addGiven(_ array: Quantity<S>, _ index: Int) {
        add(
            .forward, index, "cache", array, .equation(array.expression, .words("given")),
            among: [],
            why: ["the request gives it in caches, and it is taken as it is"])
    }

    private mutating func addLinear(_ result: Quantity<S>, _ index: Int) {
        let place = network.layers[index]
        let input = output(of: place.sources[0])
        let arrays = arrays(of: index)
        let (w, a) = (arrays[0].expression, input.expression)
        let product: Expression =
            switch layout {
            case .course: .product([w, a])
            case .pytorch: .product([a, .transpose(w)])
            case .keras: .product([a, w])
            }
        add(
            .forward, index, "linear_forward", result,
            .equation(
                result.expression,
                arrays.count > 1 ? .sum([product, arrays[1].expression]) : product),
            among: arrays.prefix(1) + [input] + arrays.dropFirst(), why: [positionsNote(index)])
    }

    private mutating func addDeclared(_ result: Quantity<S>, _ index: Int) {
        let place = network.layers[index]
        let inputs = place.sources.map { output(of: $0) }
        let formula = DeclaredFormula(self, index)
        add(
            .forward, index, formula.name + "_forward", result, formula.forward,
            among: inputs + arrays(of: index), always: formula.usesOwnLetters ? inputs : [],
            factor: formula.factor, why: formula.notes)
    }

    /// The running statistics, where the pass goes on with them.
    private mutating func addStates(_ index: Int) {
        guard let layer = network.layers[index].layer as? BatchNormalization else { return }
        for (declared, new) in zip(layer.states, pass.layers[index].states) {
            let name = declared.form.name
            let isMean = name == BatchNormalization.mean.name
            let batch = isMean ? "μ" : layer.unbiased ? "n/(n − 1)·σ²" : "σ²"
            add(
                .forward, index, BatchNormalization.declaration.name + "_statistics",
                numbers(name, of: index, new, declared),
                FormulaText.read(
                    "\(name) ← momentum·\(name) + (1 − momentum)·\(batch)",
                    names: [name: .init(name, index + 1)]),
                among: arrays(of: index))
        }
    }

    /// What a fully connected layer does with an example of several axes.
    func positionsNote(_ index: Int) -> String? {
        network.layers[index].layer.outputShape.count > 1
            ? "an example has several positions, each of which is taken as the formula has it" : nil
    }
}

extension LayerCache {
    fileprivate var hasArrays: Bool { preActivation != nil || activation != nil }
}

extension Activation {
    /// A = g(Z), of a layer counted from 1.
    func forward(layer: Int) -> Expression {
        let (left, right) = FormulaText.equation(formula, names: names(layer))
        return .equation(left, right)
    }

    /// dZ from dA, of a layer counted from 1.
    func backward(layer: Int) -> Expression {
        let (left, right) = FormulaText.equation(backwardFormula, names: names(layer))
        return .equation(left, right)
    }

    private func names(_ layer: Int) -> [String: Expression.Symbol] {
        Dictionary(
            uniqueKeysWithValues: ["Z", "A", "dZ", "dA"].map { ($0, .init($0, layer)) })
    }

    /// dZ from dA, as text; σ is the sigmoid.
    public var backwardFormula: String {
        switch self {
        case .linear: "dZ = dA"
        case .relu, .celu(alpha: 0): "dZ = dA where Z > 0, 0 elsewhere"
        case .leakyReLU(let slope): "dZ = dA where Z > 0, \(slope)·dA elsewhere"
        case .sigmoid: "dZ = dA∘A∘(1 − A)"
        case .tanh: "dZ = dA∘(1 − A²)"
        case .softmax: "dZₖ = Aₖ·(dAₖ − Σⱼ dAⱼ·Aⱼ)"
        case .softplus: "dZ = dA∘σ(Z)"
        case .elu(let alpha): "dZ = dA where Z > 0, \(alpha)·dA∘e^Z elsewhere"
        case .silu: "dZ = dA∘σ(Z)∘(1 + Z∘(1 − σ(Z)))"
        case .gelu(approximate: false): "dZ = dA∘(Φ(Z) + Z∘φ(Z)), φ the density of Φ"
        case .gelu(approximate: true):
            "dZ = ½·dA∘(1 + t + Z∘(1 − t²)·√(2/π)∘(1 + 0.134145·Z²)), "
                + "t = tanh(√(2/π)·(Z + 0.044715·Z³))"
        case .selu: "dZ = λ·dA where Z > 0, λ·α·dA∘e^Z elsewhere"
        case .celu(let alpha): "dZ = dA where Z > 0, dA∘e^(Z/\(alpha)) elsewhere"
        case .relu6: "dZ = dA where 0 < Z ≤ 6, 0 elsewhere"
        case .hardTanh: "dZ = dA where −1 < Z ≤ 1, 0 elsewhere"
        case .hardSigmoid: "dZ = dA/6 where −3 < Z ≤ 3, 0 elsewhere"
        case .hardSiLU:
            "dZ = dA∘(Z/3 + 1/2) where −3 < Z ≤ 3, dA where Z > 3, 0 elsewhere"
        case .softsign: "dZ = dA / (1 + |Z|)²"
        case .mish: "dZ = dA∘(t + Z∘(1 − t²)∘σ(Z)), t = tanh(log(1 + e^Z))"
        case .logSoftmax: "dZₖ = dAₖ − softmax(Z)ₖ·Σⱼ dAⱼ"
        }
    }
}
