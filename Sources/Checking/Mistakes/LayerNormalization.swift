import NeuralNetwork

// Mistakes on the way back through layer normalization, and what it shares with batch normalization.

extension Mistake {
    static let layerNormMeansForgotten = Mistake("layer_norm_means_forgotten", at: .inputs) {
        told in
        "\(told.dAprev) takes \(told.detail) of each example for "
            + (told.detail == "mean and variance" ? "constants" : "a constant")
            + ". They are made of the same numbers, so their derivatives belong to it: "
            + "\(told.dAprev) = (d − mean(d) − x̂·mean(d·x̂))/√(σ² + ε), with d = γ·\(told.dZ)."
    } variants: { context in
        guard let parts = context.layerNorm else { return [] }
        let (means, products) = (
            parts.d.meansOfRows, parts.d.zipped(with: parts.normalized, *).meansOfRows
        )
        let none = means.map { _ in 0.0 }
        return [
            context.carriedBack(parts, none, none, "mean and variance"),
            context.carriedBack(parts, none, products, "the mean"),
            context.carriedBack(parts, means, none, "the variance"),
        ]
    }

    static let layerNormWrongAxis = Mistake("layer_norm_wrong_axis", at: .inputs) { told in
        "\(told.dAprev) takes its means over the examples, as batch normalization does. "
            + "Layer normalization takes them over the features of each example."
    } variants: { context in
        guard let parts = context.layerNorm else { return [] }
        let means = parts.d.turned.meansOfRows
        let products = parts.d.zipped(with: parts.normalized, *).turned.meansOfRows
        let columns = parts.d.columns
        let elements = parts.d.elements.indices.map { i in
            (parts.d.elements[i] - means[i % columns]
                - parts.normalized.elements[i] * products[i % columns])
                * parts.inverse.elements[i / columns]
        }
        return [Variant(values: [context.asInput(elements)])]
    }

    static let scaleForgotten = Mistake("gamma_forgotten", at: .inputs) { told in
        "\(told.dAprev) leaves γ out. Forward multiplies by γ, so multiply \(told.dZ) by it on the "
            + "way back."
    } variants: { context in
        guard context.isNormalization else { return [] }
        var numbers = context.networkLayer.numbers
        numbers.parameters[0] = numbers.parameters[0].mapped { _ in 1 }
        return [
            Variant(
                values: context.layerDerivatives(of: nil, from: nil, numbers, toInputs: true)
                    .inputs)
        ]
    }

    static let inputForNormalized = Mistake("A_prev_for_normalized", at: .parameter) { told in
        "\(told.made) is made with \(told.detail). "
            + "γ multiplies x̂, what has been normalized: \(told.made) = Σ \(told.dZ)·x̂."
    } variants: { context in
        guard case .parameter(_, 0) = context.step, context.isNormalization else { return [] }
        let names = context.exercise.names
        let columns = context.right[0].columns
        return [
            (context.pass.inputs[0], names.input(context.layer)),
            (context.pass.activation, names.output(context.layer)),
        ].map { array, name in
            Variant(
                values: [context.dZ.zipped(with: array, *).split(columns: columns).sumsOfColumns],
                detail: name)
        }
    }
}

extension StepContext {
    fileprivate var isNormalization: Bool {
        networkLayer.layer is LayerNormalization || networkLayer.layer is BatchNormalization
    }

    fileprivate typealias Normalized = (
        d: Matrix<Double>, normalized: Matrix<Double>, inverse: Matrix<Double>
    )

    /// γ·dZ, x̂ and 1/σ of a layer normalization, a position a row.
    fileprivate var layerNorm: Normalized? {
        guard networkLayer.layer is LayerNormalization, pass.kept.count == 2 else { return nil }
        let scale = networkLayer.numbers.parameters[0].elements
        let elements = dZ.elements.enumerated().map { $1 * scale[$0 % scale.count] }
        let d = Matrix(rows: dZ.rows, columns: dZ.columns, elements: elements)
        return (d.split(columns: scale.count), pass.kept[0], pass.kept[1])
    }

    /// `(d − mean − x̂·product)/σ`, of a mean and a product for each position.
    fileprivate func carriedBack(
        _ parts: Normalized, _ means: [Double], _ products: [Double], _ detail: String
    ) -> Variant {
        let columns = parts.d.columns
        let elements = parts.d.elements.indices.map { i in
            (parts.d.elements[i] - means[i / columns]
                - parts.normalized.elements[i] * products[i / columns])
                * parts.inverse.elements[i / columns]
        }
        return Variant(values: [asInput(elements)], detail: detail)
    }

    fileprivate func asInput(_ elements: [Double]) -> Matrix<Double> {
        let input = pass.inputs[0]
        return Matrix(rows: input.rows, columns: input.columns, elements: elements)
    }
}

extension Matrix<Double> {
    fileprivate var meansOfRows: [Double] {
        (0..<rows).map { row in
            (0..<columns).reduce(0) { $0 + self[row, $1] } / Double(max(columns, 1))
        }
    }

    /// The sum of each column, as one row.
    var sumsOfColumns: Matrix {
        Matrix(
            rows: 1, columns: columns,
            elements: (0..<columns).map { j in (0..<rows).reduce(0) { $0 + self[$1, j] } })
    }
}
