import NeuralNetwork

// Mistakes on the way back through a rectifier with learned slopes.

extension Mistake {
    static let slopeForgotten = Mistake("slope_forgotten", at: .inputs) { told in
        "\(told.dAprev) \(told.detail) where \(told.aPrev) ≤ 0. "
            + "The slope there is α: multiply \(told.dZ) by α."
    } variants: { context in
        guard context.networkLayer.layer is PReLU else { return [] }
        return [
            (0.0, "is 0"),
            (1, "is \(context.exercise.names.output(context.layer).gradientName) as it came"),
        ]
        .map { slope, detail in
            var numbers = context.networkLayer.numbers
            numbers.parameters[0] = numbers.parameters[0].mapped { _ in slope }
            return Variant(
                values: context.layerDerivatives(of: nil, from: nil, numbers, toInputs: true)
                    .inputs,
                detail: detail)
        }
    }

    static let slopeOfAll = Mistake("mask_of_dalpha_forgotten", at: .parameter) { told in
        "\(told.made) adds up over all numbers of \(told.aPrev). "
            + "α is used only where \(told.aPrev) ≤ 0: add up over those."
    } variants: { context in
        guard context.networkLayer.layer is PReLU else { return [] }
        let products = context.dZ.zipped(with: context.pass.inputs[0], *)
        return [Variant(values: [products.split(columns: context.columns).sumsOfColumns])]
    }
}

extension String {
    fileprivate var gradientName: String { "d" + self }
}
