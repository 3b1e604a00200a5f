import NeuralNetwork

// Mistakes in the derivative of an activation, dZ from dA.

extension Mistake {
    static let activationDerivativeForgotten = Mistake(
        "activation_derivative_forgotten", at: .activation
    ) { told in
        told.activation == "relu"
            ? "\(told.dZ) leaves out relu's mask: it is \(told.dA) as it came. "
                + "Set it to 0 where \(told.z) ≤ 0."
            : "\(told.dZ) leaves out the derivative of \(told.activation): it is \(told.dA) as it "
                + "came. Multiply \(told.dA) by that derivative, number by number."
    } variants: { context in
        context.activation == .linear ? [] : [Variant(values: [context.dZ])]
    }

    static let activationDerivativeTwice = Mistake(
        "activation_derivative_twice", at: .activation
    ) { told in
        "\(told.dZ) has the derivative of \(told.activation) in it twice. "
            + (told.isLastLayer
                ? "A − Y is dZ already, with the derivative in it: do not multiply by it again."
                : "Multiply \(told.dA) by it once.")
    } variants: { context in
        guard context.activation != .linear else { return [] }
        return [
            Variant(values: [
                context.networkLayer.pullBack(context.right[0], through: context.pass)
            ])
        ]
    }

    static let activationDerivativeAtA = Mistake(
        "activation_derivative_at_A", at: .activation
    ) { told in
        "\(told.dZ) takes the derivative of \(told.activation) at \(told.a). "
            + "Take it at \(told.z): \(told.a) has been through \(told.activation) already."
    } variants: { context in
        guard context.activation.isElementwise, context.activation != .linear else { return [] }
        let a = context.pass.activation
        let again = context.activation.evaluate(at: a.split(columns: context.columns))
            .split(rows: a.rows)
        return [Variant(values: [context.dZ(through: context.activation, at: a, again)])]
    }

    static let activationDerivativeOfZAsA = Mistake(
        "activation_derivative_of_Z_as_A", at: .activation
    ) { told in
        "\(told.dZ) puts \(told.z) where \(told.a) belongs: the derivative of \(told.activation) is "
            + (told.activation == "tanh" ? "1 − \(told.a)²." : "\(told.a)·(1 − \(told.a)).")
    } variants: { context in
        switch context.activation {
        case .sigmoid: [context.dZ { z, _ in z * (1 - z) }]
        case .tanh: [context.dZ { z, _ in 1 - z * z }]
        case .softmax: [context.dZ { z, _ in z * (1 - z) }]
        default: []
        }
    }

    static let anotherActivation = Mistake("another_activation", at: .activation) { told in
        "\(told.dZ) takes the derivative of \(told.detail), and the layer's activation is "
            + "\(told.activation). Take that of \(told.activation)."
    } variants: { context in
        let z = context.pass.preActivation
        let others = Activation.choices.map(\.byDefault).filter {
            $0.isElementwise && $0 != .linear && $0.name != context.activation.name
        }
        var variants = others.map { other in
            let a = other.evaluate(at: z.split(columns: context.columns)).split(rows: z.rows)
            return Variant(
                values: [context.dZ(through: other, at: z, a)], detail: other.name)
        }
        // The two whose derivative is mostly written with A, with the A that there is.
        if context.activation != .sigmoid && context.activation != .softmax {
            var variant = context.dZ { _, a in a * (1 - a) }
            variant.detail = "sigmoid"
            variants.append(variant)
        }
        if context.activation != .tanh {
            var variant = context.dZ { _, a in 1 - a * a }
            variant.detail = "tanh"
            variants.append(variant)
        }
        return variants
    }

    static let anotherLayersPreActivation = Mistake("another_layers_Z", at: .activation) { told in
        "\(told.dZ) takes the derivative of \(told.activation) at \(told.detail). "
            + "Take it at \(told.z), the layer's own."
    } variants: { context in
        guard context.activation != .linear else { return [] }
        let passes = context.exercise.pass.layers
        return passes.indices.filter {
            $0 != context.layer && passes[$0].preActivation.hasShape(of: context.dZ)
        }.map { index in
            let z = passes[index].preActivation
            let a = context.activation.evaluate(at: z.split(columns: context.columns))
                .split(rows: z.rows)
            return Variant(
                values: [context.dZ(through: context.activation, at: z, a)],
                detail: context.exercise.names.preActivation(index))
        }
    }

    static let tanhSquareMissing = Mistake("tanh_square_missing", at: .activation) { told in
        "\(told.dZ) multiplies by 1 − A, and the derivative of tanh is 1 − A²: "
            + "square \(told.a)."
    } variants: { context in
        context.activation == .tanh ? [context.dZ { _, a in 1 - a }] : []
    }

    static let sigmoidFactorMissing = Mistake("sigmoid_factor_missing", at: .activation) { told in
        "\(told.dZ) multiplies by \(told.detail) alone, and the derivative of \(told.activation) is "
            + "A·(1 − A): multiply by both."
    } variants: { context in
        guard context.activation == .sigmoid || context.activation == .softmax else { return [] }
        var first = context.dZ { _, a in a }
        first.detail = "A"
        var second = context.dZ { _, a in 1 - a }
        second.detail = "1 − A"
        return [first, second]
    }

    static let softmaxDiagonal = Mistake("softmax_diagonal", at: .activation) { told in
        "\(told.dZ) takes softmax's derivative for A·(1 − A), which is only its diagonal: every "
            + "output of softmax depends on every Z. Use dZ = A∘(dA − Σₖ dAₖ·Aₖ), which with "
            + "cross-entropy is A − Y."
    } variants: { context in
        switch context.activation {
        case .softmax: [context.dZ { _, a in a * (1 - a) }]
        default: []
        }
    }

    static let maskOfTheGradient = Mistake("mask_of_dA", at: .activation) { told in
        "\(told.dZ) is 0 where \(told.dA) ≤ 0. relu's mask is of \(told.z): set it to 0 where "
            + "\(told.z) ≤ 0."
    } variants: { context in
        guard context.activation == .relu else { return [] }
        return [Variant(values: [context.dZ.mapped { max($0, 0) }])]
    }

    static let maskInverted = Mistake("mask_inverted", at: .activation) { told in
        "\(told.dZ) is 0 where \(told.z) > 0, and should be 0 where \(told.z) ≤ 0: turn relu's mask "
            + "around."
    } variants: { context in
        context.activation == .relu ? [context.dZ { z, _ in z > 0 ? 0 : 1 }] : []
    }

    static let activationForItsDerivative = Mistake(
        "activation_for_its_derivative", at: .activation
    ) { told in
        "\(told.dZ) multiplies \(told.dA) by \(told.detail == "A" ? told.a : told.z), and not by the "
            + "derivative of \(told.activation). Multiply by \(told.activation)'s derivative at "
            + "\(told.z)."
    } variants: { context in
        guard context.activation != .linear, context.activation != .sigmoid,
            context.activation != .softmax
        else {
            var z = context.dZ { z, _ in z }
            z.detail = "Z"
            return context.activation == .linear ? [] : [z]
        }
        var a = context.dZ { _, a in a }
        a.detail = "A"
        var z = context.dZ { z, _ in z }
        z.detail = "Z"
        return [a, z]
    }
}

extension Telling {
    var isLastLayer: Bool { step.layer == exercise.last || step == .output }
}
