import NeuralNetwork

// Mistakes on the way back through layers that only hand numbers on.

extension Mistake {
    static let flattenedInAnotherOrder = Mistake("another_flatten_order", at: .inputs) { told in
        "\(told.dAprev) has the right numbers, but put back in another order than they were "
            + "flattened in. Reshape \(told.dA) in the order of axes of \(told.aPrev)."
    } variants: { context in
        guard context.networkLayer.layer is Flatten, context.inputShape.count > 1 else { return [] }
        return Layout.allCases.compactMap { layout in
            let plan = LayerPlan(
                SettingValues(defaultsOf: Flatten.declaration.settings),
                inputs: [context.inputShape], layout: layout)
            guard let other = try? Flatten(plan) else { return nil }
            return Variant(
                values: other.backward(
                    context.dZ, from: context.pass, LayerNumbers(), context.exercise.pass.run,
                    toInputs: true
                ).inputs)
        }
    }

    static let partsSwapped = Mistake("parts_swapped", at: .inputs) { told in
        "\(told.dAprev) gets another layer's part of \(told.dA). "
            + "Cut \(told.dA) into its parts in the order in which they were joined."
    } variants: { context in
        guard context.networkLayer.layer is Concatenate, context.right.count == 2,
            context.right[0].hasShape(of: context.right[1])
        else { return [] }
        return [Variant(values: [context.right[1], context.right[0]])]
    }
}
