import NeuralNetwork

// Mistakes on the way back through a layer, dA of the layer before from dZ.

extension Mistake {
    static let weightsNotTransposed = Mistake("W_not_transposed", at: .inputs) { told in
        "\(told.dAprev) is made with \(told.parameter) as it is. On the way back W is transposed: "
            + "\(told.dAprev) = \(told.parameter)ᵀ·\(told.dZ)."
    } variants: { context in
        guard let w = context.denseWeights, w.rows == w.columns else { return [] }
        return [context.inputGradients(by: w.turned)]
    }

    static let anotherLayersWeights = Mistake("another_layers_W", at: .inputs) { told in
        "\(told.dAprev) is made with \(told.detail). It takes the layer's own weights: "
            + "\(told.dAprev) = \(told.parameter)ᵀ·\(told.dZ)."
    } variants: { context in
        guard let w = context.denseWeights else { return [] }
        var variants: [Variant] = []
        for (index, other) in context.exercise.network.layers.enumerated()
        where index != context.layer && other.layer is Dense {
            let weights = other.numbers.parameters[0]
            for (weights, mark) in [(weights, ""), (weights.turned, ", transposed")]
            where weights.hasShape(of: w) {
                var variant = context.inputGradients(by: weights)
                variant.detail = context.exercise.names.parameter(0, index) + mark
                variants.append(variant)
            }
        }
        return variants
    }

    static let weightsAlreadyUpdated = Mistake("W_already_updated", at: .inputs) { told in
        "\(told.dAprev) is made with \(told.parameter) after its update"
            + (told.number.map { _ in ", with a learning rate of \(told.numberText)" } ?? "")
            + ". First compute all derivatives, then update the weights."
    } variants: { context in
        guard context.networkLayer.layer is Dense || context.networkLayer.layer is Conv2D else {
            return []
        }
        var numbers = context.networkLayer.numbers
        var gradient = context.layerDerivatives().parameters[0]
            .scaled(by: context.parameterFactor)
        if let penalty = context.exercise.penalty(context.layer, 0, in: context.convention) {
            gradient = gradient.adding(penalty)
        }
        numbers.parameters[0] = gradient.scaled(by: -1)
        let direction = context.layerDerivatives(of: nil, from: nil, numbers, toInputs: true)
        return [Variant(values: context.right, direction: direction.inputs)]
    }

    static let outputGradientBack = Mistake("dA_for_dZ", at: .inputs) { told in
        "\(told.dAprev) is made of \(told.dA), and has to be made of \(told.dZ): "
            + "\(told.dAprev) = \(told.parameter)ᵀ·\(told.dZ)."
    } variants: { context in
        guard let dA = context.outputGradient, context.activation != .linear else { return [] }
        return [Variant(values: context.layerDerivatives(of: dA, toInputs: true).inputs)]
    }

    static let branchForgotten = Mistake("branch_forgotten", at: .inputs) { told in
        "\(told.dAprev) leaves out what comes back through \(told.detail). Where an output is used "
            + "twice, the derivatives of both uses are added."
    } variants: { context in
        let sources = context.networkLayer.sources
        let kind = context.exercise.names.kind(context.layer)
        return sources.indices.flatMap { slot -> [Variant] in
            guard context.exercise.network.layers.joined(to: sources[slot]) > 1 else { return [] }
            func with(_ value: Matrix<Double>, _ detail: String) -> Variant {
                var values: [Matrix<Double>?] = context.right.map { $0 }
                values[slot] = value
                return Variant(values: values, detail: detail)
            }
            let none = context.right[slot].mapped { _ in 0 }
            // What has come back already is forgotten where this layer's overwrites it.
            let others = context.arrived[slot].map {
                with(context.right[slot].zipped(with: $0, -), "the other layers that take it")
            }
            return [with(none, kind)] + (others.map { [$0] } ?? [])
        }
    }
}

extension StepContext {
    /// W of a dense layer.
    var denseWeights: Matrix<Double>? {
        networkLayer.layer is Dense ? networkLayer.numbers.parameters[0] : nil
    }

    /// dA of the layer before, by other weights.
    func inputGradients(by weights: Matrix<Double>) -> Variant {
        var numbers = networkLayer.numbers
        numbers.parameters[0] = weights
        return Variant(
            values: layerDerivatives(of: nil, from: nil, numbers, toInputs: true).inputs)
    }
}

extension Array<NetworkLayer<Double>> {
    /// How often an output is taken.
    fileprivate func joined(to source: Int) -> Int {
        reduce(0) { $0 + $1.sources.filter { $0 == source }.count }
    }
}
