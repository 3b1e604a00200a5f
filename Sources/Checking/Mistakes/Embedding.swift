import NeuralNetwork

// Mistakes in the derivative of an embedding's rows.

extension Mistake {
    static let rowsOverwritten = Mistake("rows_overwritten", at: .parameter) { told in
        "\(told.made) has only the last use of a row that is used several times. "
            + "Add up over all uses, as np.add.at does: dW[X[t]] = dZ[t] overwrites, and so does "
            + "dW[X] += dZ."
    } variants: { context in
        guard let layer = context.networkLayer.layer as? Embedding else { return [] }
        let dZ = context.dZ.split(columns: layer.features)
        var rows = context.right[0].mapped { _ in 0 }
        for (t, index) in context.pass.inputs[0].elements.enumerated() {
            let row = min(max(Int(index.rounded()), 0), layer.vocabulary - 1)
            for j in 0..<layer.features { rows[row, j] = dZ[t, j] }
        }
        return [Variant(values: [rows])]
    }
}
