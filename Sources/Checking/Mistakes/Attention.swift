import NeuralNetwork

// Mistakes on the way back through attention.

extension Mistake {
    static let scoreScaleForgotten = Mistake("score_scale_forgotten", at: .parameter) { told in
        told.scoreScale
    } variants: { context in
        guard let root = context.rootOfKeyCount,
            case .parameter(let layer, let index) = context.step
        else { return [] }
        let name = context.exercise.network.layers[layer].layer.parameters[index].form.name
        guard ["Wq", "Wk", "bq", "bk"].contains(name) else { return [] }
        return [Variant(values: [context.right[0].scaled(by: root)])]
    }

    static let scoreScaleForgottenBack = Mistake("score_scale_forgotten", at: .inputs) { told in
        told.scoreScale
    } variants: { context in
        guard let root = context.rootOfKeyCount else { return [] }
        // dX = dQ·Wq + dK·Wk + dV·Wv: twice as large weights as twice as large derivatives.
        var numbers = context.networkLayer.numbers
        for index in 0...1 {
            numbers.parameters[index] = numbers.parameters[index].scaled(by: root)
        }
        return [
            Variant(
                values: context.layerDerivatives(of: nil, from: nil, numbers, toInputs: true)
                    .inputs)
        ]
    }
}

extension Telling {
    fileprivate var scoreScale: String {
        "\(made) lacks the division by √key_dim of the scores. "
            + "Forward divides Q·Kᵀ by √key_dim, so divide dQ and dK by it on the way back too."
    }
}

extension StepContext {
    /// √key_dim of an attention, where it is not 1.
    fileprivate var rootOfKeyCount: Double? {
        guard let layer = networkLayer.layer as? MultiHeadAttention, layer.keyCount > 1 else {
            return nil
        }
        return Double(layer.keyCount).squareRoot()
    }
}
