/// The largest number under each window, of each channel; padding never is.
public struct MaxPooling2D: Layer {
    public static let declaration = LayerDeclaration(
        "max_pooling2d", otherNames: ["max_pool2d", "maxpool2d", "maxpooling2d", "max_pool_2d"],
        settings: poolingSettings,
        formula: (
            "A[y, x, c] = max over the window of A_prev[…, c]",
            "dA_prev[…, c] = Σ dA[y, x, c] where it was the largest, the first of equals"
        ))

    let maxima: Maxima
    public var outputShape: [Int] { maxima.window.outputShape(channels: maxima.window.channels) }
    public var operations: Double { maxima.window.cellOperations }
    public var keptNumbers: Double {
        Double(maxima.window.places) * Double(maxima.window.channels)
    }

    public init(_ plan: LayerPlan) throws(LayerFault) {
        maxima = try Maxima(try Window(pooling: plan), field: "pool_size")
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
