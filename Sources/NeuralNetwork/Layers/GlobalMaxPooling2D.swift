/// The largest number of each channel: `[height, width, channels]` to `[channels]`.
public struct GlobalMaxPooling2D: Layer {
    public static let declaration = LayerDeclaration(
        "global_max_pooling2d",
        otherNames: ["global_max_pool2d", "global_max_pool", "globalmaxpooling2d"],
        formula: (
            "A[c] = max over y, x of A_prev[y, x, c]",
            "dA_prev[y, x, c] = dA[c] where it was the largest, the first of equals, else 0"
        ))

    let maxima: Maxima
    public var outputShape: [Int] { [maxima.window.channels] }
    public var operations: Double { maxima.window.cellOperations }
    public var keptNumbers: Double {
        Double(maxima.window.places) * Double(maxima.window.channels)
    }

    public init(_ plan: LayerPlan) throws(LayerFault) {
        maxima = try Maxima(try Window(whole: plan), field: nil)
    }

    @specialized(where S == Double)
    @specialized(where S == Float)
    public func forward<S: Scalar>(
        _ inputs: [Matrix<S>], _ numbers: LayerNumbers<S>, _ run: Run
    ) -> LayerOutput<S> {
        maxima.output(inputs[0])
    }

    @specialized(where S == Double)
    @specialized(where S == Float)
    public func backward<S: Scalar>(
        _ outputGradient: Matrix<S>, from pass: LayerPass<S>, _ numbers: LayerNumbers<S>,
        _ run: Run, toInputs: Bool
    ) -> LayerDerivatives<S> {
        LayerDerivatives(inputs: [maxima.inputGradient(outputGradient, pass.kept[0])])
    }

    @specialized(where S == Double)
    @specialized(where S == Float)
    public func pushForward<S: Scalar>(
        _ inputTangents: [Matrix<S>], _ parameterTangents: [Matrix<S>], from pass: LayerPass<S>,
        _ numbers: LayerNumbers<S>, _ run: Run
    ) -> Matrix<S> {
        maxima.tangent(inputTangents[0], pass.kept[0])
    }
}
