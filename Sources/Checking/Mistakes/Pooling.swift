import NeuralNetwork

// Mistakes on the way back through a layer that pools.

extension Mistake {
    static let maximumIgnored = Mistake("maximum_ignored", at: .inputs) { told in
        "\(told.dAprev) gives \(told.dA) to all places of a window\(told.detail). "
            + "Only the place of the maximum gets it; the others get 0."
    } variants: { context in
        guard let layer = context.maxPooling else { return [] }
        let everywhere = layer.spread(context.dZ, through: context.pass) { _, _ in true }
        return [
            Variant(values: [everywhere]),
            Variant(
                values: [everywhere.scaled(by: 1 / Double(layer.windowSize))],
                detail: ", an equal share each"),
        ]
    }

    static let maximaTied = Mistake("every_maximum", at: .inputs) { told in
        "\(told.dAprev) gives \(told.dA) to each of several equal maxima of a window. "
            + "Give it to the first of them alone: relu leaves many windows that are 0 all over."
    } variants: { context in
        guard let layer = context.maxPooling else { return [] }
        let tied = layer.spread(context.dZ, through: context.pass) { $0 == $1 }
        return [Variant(values: [tied])]
    }

    static let windowSize = Mistake("window_size", at: .inputs) { told in
        "\(told.dAprev) gives the whole of \(told.dA) to each place of a window. "
            + "Forward takes the mean, so divide by the number of places under the window."
    } variants: { context in
        guard let layer = context.networkLayer.layer as? any PoolingLayer,
            context.maxPooling == nil
        else { return [] }
        return [Variant(values: [layer.spread(context.dZ, through: context.pass) { _, _ in true }])]
    }
}

extension StepContext {
    fileprivate var maxPooling: (any PoolingLayer)? {
        let layer = networkLayer.layer
        return layer is MaxPooling2D || layer is GlobalMaxPooling2D
            ? layer as? any PoolingLayer : nil
    }
}
