import NeuralNetwork

// Mistakes in the derivative of a parameter, dW or db from dZ.

extension Mistake {
    static let outputForInput = Mistake("A_for_A_prev", at: .parameter) { told in
        "\(told.made) is made with \(told.a), the layer's output. "
            + "It takes the layer's input: \(told.dZ)·\(told.aPrev)ᵀ."
    } variants: { context in
        context.ownOutputs.compactMap {
            context.parameterGradient(with: context.exercise.pass.layers[$0].activation)
        }
    }

    static let preActivationForInput = Mistake("Z_for_A_prev", at: .parameter) { told in
        "\(told.made) is made with \(told.detail), before the activation. "
            + "It takes what the layer was given: \(told.aPrev)."
    } variants: { context in
        let exercise = context.exercise
        return exercise.network.layers.indices.compactMap { index in
            guard exercise.network.layers[index].activation != .linear else { return nil }
            var variant = context.parameterGradient(
                with: exercise.pass.layers[index].preActivation)
            variant?.detail = exercise.names.preActivation(index)
            return variant
        }
    }

    static let outputBeforeDropout = Mistake("A_before_dropout", at: .parameter) { told in
        "\(told.made) is made with the output before dropout. "
            + "The layer was given the output after it: multiply by the same mask, and divide by "
            + "keep_prob."
    } variants: { context in
        let exercise = context.exercise
        let source = context.networkLayer.sources[0]
        guard source >= 0, exercise.network.layers[source].layer is Dropout else { return [] }
        return context.parameterGradient(with: exercise.pass.layers[source].inputs[0])
            .map { [$0] } ?? []
    }

    static let anotherLayersOutput = Mistake("another_layers_A", at: .parameter) { told in
        "\(told.made) is made with \(told.detail), which belongs to another layer. "
            + "It takes what this layer was given: \(told.aPrev)."
    } variants: { context in
        let exercise = context.exercise
        return (-1..<exercise.network.layers.count).compactMap { index in
            let source = context.networkLayer.sources[0]
            let isBeforeDropout =
                source >= 0 && exercise.network.layers[source].layer is Dropout
                && exercise.network.layers[source].sources[0] == index
            guard !context.ownOutputs.contains(index), index != source, !isBeforeDropout else {
                return nil
            }
            let array = index < 0 ? exercise.pass.inputs : exercise.pass.layers[index].activation
            var variant = context.parameterGradient(with: array)
            variant?.detail = exercise.names.output(index)
            return variant
        }
    }

    static let outputGradientForParameter = Mistake("dA_for_dZ", at: .parameter) { told in
        "\(told.made) is made of \(told.dA), before the activation's derivative. "
            + "Make it of \(told.dZ)."
    } variants: { context in
        guard case .parameter(_, let index) = context.step, let dA = context.outputGradient,
            context.activation != .linear
        else { return [] }
        return [Variant(values: [context.layerDerivatives(of: dA).parameters[index]])]
    }

    static let sumOverEverything = Mistake("db_over_everything", at: .parameter) { told in
        "\(told.made) has one number in all places: the sum over the units too. "
            + "Sum over the examples alone: each unit has its own."
    } variants: { context in
        guard context.isOfBias, context.right[0].elements.count > 1 else { return [] }
        let sum = context.dZ.elements.reduce(0, +)
        return [Variant(values: [context.right[0].mapped { _ in sum }])]
    }

    static let sumOverTheWrongAxis = Mistake("db_over_wrong_axis", at: .parameter) { told in
        "\(told.made) is summed over the units, and has a number for each example. "
            + "Sum over the examples: a number for each unit."
    } variants: { context in
        guard context.isOfBias else { return [] }
        let sums = context.sumsOverUnits
        guard sums.count == context.right[0].elements.count else { return [] }
        return [Variant(values: [Matrix(rows: 1, columns: sums.count, elements: sums)])]
    }
}

extension StepContext {
    /// Whether the step makes the derivative of a bias.
    var isOfBias: Bool {
        guard case .parameter(let layer, let index) = step else { return false }
        return exercise.network.layers[layer].layer.parameters[index].form.role == .bias
    }

    /// The layer, and those after it that learn nothing, as dropout: what a program calls its A.
    var ownOutputs: [Int] {
        let layers = exercise.network.layers
        var own = [layer]
        while let next = layers.indices.first(where: { layers[$0].sources == [own[own.count - 1]] }
        ),
            layers[next].layer.parameters.isEmpty
        {
            own.append(next)
        }
        return own
    }

    /// Each example's dZ, summed over the units.
    var sumsOverUnits: [Double] {
        let dZ = dZ
        return (0..<dZ.rows).map { row in
            (0..<dZ.columns).reduce(0) { $0 + dZ[row, $1] }
        }
    }

    /// The derivative of a layer's weights, with another array in place of its input.
    func parameterGradient(with input: Matrix<Double>) -> Variant? {
        guard case .parameter(_, let index) = step, !isOfBias, pass.inputs.count == 1,
            networkLayer.layer is Dense || networkLayer.layer is Conv2D,
            input.hasShape(of: pass.inputs[0])
        else { return nil }
        var other = pass
        other.inputs = [input]
        return Variant(values: [layerDerivatives(of: nil, from: other).parameters[index]])
    }
}
