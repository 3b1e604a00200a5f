/// Layer normalization over the last axis: `Z = gamma∘x̂ + beta`, `x̂ = (x − mean)/√(variance + ε)`
/// (Ba, Kiros and Hinton, 2016).
///
/// The variance is the mean square, divided by the number of features. ε stands within the root; it
/// is 1e-3 where none is given, as in Keras; PyTorch's is 1e-5.
public struct LayerNormalization: Layer {
    public static let declaration = LayerDeclaration(
        "layer_normalization", otherNames: ["layer_norm", "layernorm", "ln"],
        settings: [
            .number("epsilon", default: 1e-3, in: 0...1)
                .elsewhere(keras: "0.001", pytorch: "0.00001")
        ],
        arrays: [scale, shift],
        formula: (
            "Z = gamma∘x̂ + beta, x̂ = (x − mean(x))/σ, σ = √(variance(x) + epsilon), over the features",
            "dx = (dx̂ − mean(dx̂) − x̂·mean(dx̂∘x̂))/σ, dx̂ = gamma∘dZ, dgamma = Σᵢ dZᵢ∘x̂ᵢ, dbeta = Σᵢ dZᵢ"
        ))
    static let scale = ArrayForm("gamma", .parameter(initial: 1), axes: ["features"])
    static let shift = ArrayForm("beta", .parameter(initial: 0), axes: ["features"])

    public let features: Int
    public let epsilon: Double
    public let outputShape: [Int]

    public init(_ plan: LayerPlan) throws(LayerFault) {
        outputShape = plan.inputs[0]
        features = outputShape[outputShape.count - 1]
        epsilon = plan.settings.number("epsilon")
    }

    public var parameters: [NumbersDeclaration] {
        [NumbersDeclaration(Self.scale, [features]), NumbersDeclaration(Self.shift, [features])]
    }

    public var operations: Double { 8 * outputShape.reduce(1.0) { $0 * Double($1) } }

    public var keptNumbers: Double {
        let numbers = outputShape.reduce(1.0) { $0 * Double($1) }
        return numbers + numbers / Double(features)
    }

    /// Forward; keeps x̂ and 1/σ of each position.
    @specialized(where S == Double)
    @specialized(where S == Float)
    public func forward<S: Scalar>(
        _ inputs: [Matrix<S>], _ numbers: LayerNumbers<S>, _ run: Run
    ) -> LayerOutput<S> {
        let x = inputs[0].split(columns: features)
        var inverses = [S](repeating: 0, count: x.rows)
        var row = 0
        let normalized = x.mapRows { x, result in
            inverses[row] = normalize(x, into: result)
            row += 1
        }
        var z = normalized.timesEachColumn(by: numbers.parameters[0])
        z.addToEachRow(numbers.parameters[1])
        return LayerOutput(
            z.split(rows: inputs[0].rows),
            kept: [normalized, Matrix(rows: x.rows, columns: 1, elements: inverses)])
    }

    /// Writes x̂ of one position and returns 1/σ.
    ///
    /// Deviations are taken from the first number before the mean, so that equal numbers deviate by
    /// exactly 0; those whose squares could overflow are first scaled down by a power of two.
    @inline(__always)
    private func normalize<S: Scalar>(
        _ x: UnsafeBufferPointer<S>, into result: UnsafeMutableBufferPointer<S>
    ) -> S {
        var largest: S = 0
        for number in x { largest = max(largest, (number / 2 - x[0] / 2).magnitude) }
        let limit = S(sign: .plus, exponent: S.greatestFiniteMagnitude.exponent / 4, significand: 1)
        let unit =
            largest > limit && largest.isFinite
            ? S(sign: .plus, exponent: largest.exponent, significand: 1) : 1
        let count = S(x.count)
        let first = x[0] / unit
        var sum: S = 0
        for j in x.indices {
            let deviation = x[j] / unit - first
            result.initializeElement(at: j, to: deviation)
            sum += deviation
        }
        let mean = sum / count
        var squares: S = 0
        for j in result.indices {
            result[j] -= mean
            squares += result[j] * result[j]
        }
        let inverse = 1 / (squares / count + S(epsilon) / unit / unit).squareRoot()
        for j in result.indices { result[j] *= inverse }
        return inverse / unit
    }

    @specialized(where S == Double)
    @specialized(where S == Float)
    public func backward<S: Scalar>(
        _ outputGradient: Matrix<S>, from pass: LayerPass<S>, _ numbers: LayerNumbers<S>,
        _ run: Run, toInputs: Bool
    ) -> LayerDerivatives<S> {
        let dZ = outputGradient.split(columns: features)
        var derivatives = LayerDerivatives(
            parameters: [dZ.combined(with: pass.kept[0]) { $0 * $1 }.columnSums, dZ.columnSums])
        if toInputs {
            let dX = carried(dZ.timesEachColumn(by: numbers.parameters[0]), pass)
            derivatives.inputs = [dX.split(rows: pass.input.rows)]
        }
        return derivatives
    }

    /// `dZ = gamma∘dx̂ + dgamma∘x̂ + dbeta`, of tangents.
    @specialized(where S == Double)
    @specialized(where S == Float)
    public func pushForward<S: Scalar>(
        _ inputTangents: [Matrix<S>], _ parameterTangents: [Matrix<S>], from pass: LayerPass<S>,
        _ numbers: LayerNumbers<S>, _ run: Run
    ) -> Matrix<S> {
        var z = carried(inputTangents[0].split(columns: features), pass)
            .timesEachColumn(by: numbers.parameters[0])
        z.add(pass.kept[0].timesEachColumn(by: parameterTangents[0]))
        z.addToEachRow(parameterTangents[1])
        return z.split(rows: pass.input.rows)
    }

    /// `(d − mean(d) − x̂·mean(d∘x̂))/σ`: the product with the derivative of x̂ by x, which is
    /// symmetric, and so serves both directions.
    @inline(__always)
    private func carried<S: Scalar>(_ d: Matrix<S>, _ pass: LayerPass<S>) -> Matrix<S> {
        var result = d
        result.updateRows(with: pass.kept[0], pass.kept[1]) { d, normalized, inverse in
            var sum: S = 0
            var product: S = 0
            for j in d.indices {
                sum += d[j]
                product += d[j] * normalized[j]
            }
            let count = S(d.count)
            let (mean, along) = (sum / count, product / count)
            for j in d.indices { d[j] = (d[j] - mean - normalized[j] * along) * inverse[0] }
        }
        return result
    }
}
