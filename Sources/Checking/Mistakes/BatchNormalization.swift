import NeuralNetwork

// Mistakes on the way back through batch normalization.

extension Mistake {
    static let batchNormMeansForgotten = Mistake("batch_norm_means_forgotten", at: .inputs) {
        told in
        "\(told.dAprev) takes \(told.detail) of the batch for \(told.detailVerb). "
            + "They are made of the same examples, so their derivatives belong to it: "
            + "\(told.dAprev) = γ/√(σ² + ε)·(dA − mean(dA) − x̂·mean(dA·x̂))."
    } variants: { context in
        guard context.networkLayer.layer is BatchNormalization, context.pass.kept.count == 2 else {
            return []
        }
        let (normalized, inverse) = (context.pass.kept[0], context.pass.kept[1])
        let scale = context.networkLayer.numbers.parameters[0]
        let dA = context.dZ.split(columns: scale.columns)
        let n = Double(dA.rows)
        func columnMeans(_ x: Matrix<Double>) -> [Double] {
            (0..<x.columns).map { j in (0..<x.rows).reduce(0) { $0 + x[$1, j] } / n }
        }
        let means = columnMeans(dA)
        let products = columnMeans(dA.zipped(with: normalized, *))
        func made(mean: Bool, variance: Bool, _ detail: String) -> Variant {
            let columns = dA.columns
            let elements = dA.elements.indices.map { i in
                let j = i % columns
                var v = dA.elements[i]
                if mean { v -= means[j] }
                if variance { v -= normalized.elements[i] * products[j] }
                return v * scale.elements[j] * inverse.elements[j]
            }
            let value = Matrix(rows: dA.rows, columns: columns, elements: elements)
            return Variant(values: [value.split(rows: context.dZ.rows)], detail: detail)
        }
        return [
            made(mean: false, variance: false, "mean and variance"),
            made(mean: false, variance: true, "the mean"),
            made(mean: true, variance: false, "the variance"),
        ]
    }
}

extension Telling {
    fileprivate var detailVerb: String {
        detail == "mean and variance" ? "constants" : "a constant"
    }
}
