/// A rectifier whose slope on the left is learned, one for each feature of the last axis:
/// `A = max(x, 0) + alpha∘min(x, 0)` (He et al., 2015). The slope at 0 is that on its left.
///
/// alpha starts at 0.25 where none is given, as in PyTorch and the paper; Keras starts at 0.
public struct PReLU: Layer {
    public static let declaration = LayerDeclaration(
        "prelu", otherNames: ["p_relu", "parametric_relu"], arrays: [slopes],
        formula: (
            "A = max(x, 0) + alpha∘min(x, 0)",
            "dx = dA where x > 0, alpha∘dA elsewhere, dalpha = Σᵢ dAᵢ∘min(xᵢ, 0)"
        ))
    static let slopes = ArrayForm("alpha", .parameter(initial: 0.25), axes: ["features"])

    public let features: Int
    public let outputShape: [Int]

    public init(_ plan: LayerPlan) throws(LayerFault) {
        outputShape = plan.inputs[0]
        features = outputShape[outputShape.count - 1]
    }

    public var parameters: [NumbersDeclaration] { [NumbersDeclaration(Self.slopes, [features])] }

    public var operations: Double { 2 * outputShape.reduce(1.0) { $0 * Double($1) } }

    @specialized(where S == Double)
    @specialized(where S == Float)
    public func forward<S: Scalar>(
        _ inputs: [Matrix<S>], _ numbers: LayerNumbers<S>, _ run: Run
    ) -> LayerOutput<S> {
        let x = inputs[0].split(columns: features)
        let left = x.timesEachColumn(by: numbers.parameters[0])
        return LayerOutput(
            x.combined(with: left) { $0 > 0 ? $0 : $1 }.split(rows: inputs[0].rows))
    }

    @specialized(where S == Double)
    @specialized(where S == Float)
    public func backward<S: Scalar>(
        _ outputGradient: Matrix<S>, from pass: LayerPass<S>, _ numbers: LayerNumbers<S>,
        _ run: Run, toInputs: Bool
    ) -> LayerDerivatives<S> {
        let x = pass.input.split(columns: features)
        let dA = outputGradient.split(columns: features)
        let dSlopes = dA.combined(with: x) { $1 > 0 ? 0 : $0 * $1 }.columnSums
        var derivatives = LayerDerivatives(parameters: [dSlopes])
        if toInputs {
            derivatives.inputs = [
                sloped(dA, x, numbers.parameters[0]).split(rows: pass.input.rows)
            ]
        }
        return derivatives
    }

    /// `dA = dx` where x > 0, `alpha∘dx + dalpha∘x` elsewhere, of tangents.
    @specialized(where S == Double)
    @specialized(where S == Float)
    public func pushForward<S: Scalar>(
        _ inputTangents: [Matrix<S>], _ parameterTangents: [Matrix<S>], from pass: LayerPass<S>,
        _ numbers: LayerNumbers<S>, _ run: Run
    ) -> Matrix<S> {
        let x = pass.input.split(columns: features)
        var a = sloped(inputTangents[0].split(columns: features), x, numbers.parameters[0])
        a.update(with: x, x.timesEachColumn(by: parameterTangents[0])) { a, x, moved in
            if !(x > 0) { a += moved }
        }
        return a.split(rows: pass.input.rows)
    }

    /// d times the slope at x.
    @inline(__always)
    private func sloped<S: Scalar>(
        _ d: Matrix<S>, _ x: Matrix<S>, _ slopes: Matrix<S>
    ) -> Matrix<S> {
        var result = d
        result.update(with: x, d.timesEachColumn(by: slopes)) { d, x, left in
            if !(x > 0) { d = left }
        }
        return result
    }
}
