import NeuralNetwork

// Mistakes on the way back through dropout.

extension Mistake {
    static let dropoutMaskForgotten = Mistake("dropout_mask_forgotten", at: .inputs) { told in
        "\(told.dAprev) goes back past dropout's mask. "
            + "What was dropped forward gets no derivative: multiply by the same mask."
    } variants: { context in
        guard let (_, keep) = context.dropout else { return [] }
        return [
            Variant(values: [context.dZ.scaled(by: 1 / keep)]), Variant(values: [context.dZ]),
        ]
    }

    static let keepProbForgotten = Mistake("keep_prob_forgotten", at: .inputs) { told in
        "\(told.dAprev) is masked and not divided by keep_prob. "
            + "Forward divides by keep_prob, so divide on the way back too."
    } variants: { context in
        guard let (mask, keep) = context.dropout, keep < 1 else { return [] }
        return [Variant(values: [context.dZ.zipped(with: mask, *)])]
    }
}

extension StepContext {
    /// The mask and keep_prob of a dropout that drops.
    fileprivate var dropout: (mask: Matrix<Double>, keep: Double)? {
        guard let layer = networkLayer.layer as? Dropout, let mask = pass.kept.first else {
            return nil
        }
        return (mask, layer.keepProbability)
    }
}
