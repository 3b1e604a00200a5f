/// The mean of each channel: `[height, width, channels]` to `[channels]`  (Lin et al., 2013).
public struct GlobalAveragePooling2D: Layer {
    public static let declaration = LayerDeclaration(
        "global_average_pooling2d",
        otherNames: [
            "global_average_pool2d", "global_avg_pool2d", "global_avg_pool",
            "globalaveragepooling2d", "adaptive_avg_pool2d",
        ],
        formula: (
            "A[c] = mean over y, x of A_prev[y, x, c]",
            "dA_prev[y, x, c] = dA[c] / (height·width)"
        ))

    let means: Means
    public var outputShape: [Int] { [means.window.channels] }
    public var operations: Double { means.window.cellOperations }

    public init(_ plan: LayerPlan) throws(LayerFault) {
        means = Means(window: try Window(whole: plan), countsPadding: false)
    }

    @specialized(where S == Double)
    @specialized(where S == Float)
    public func forward<S: Scalar>(
        _ inputs: [Matrix<S>], _ numbers: LayerNumbers<S>, _ run: Run
    ) -> LayerOutput<S> {
        LayerOutput(means.output(inputs[0]))
    }

    @specialized(where S == Double)
    @specialized(where S == Float)
    public func backward<S: Scalar>(
        _ outputGradient: Matrix<S>, from pass: LayerPass<S>, _ numbers: LayerNumbers<S>,
        _ run: Run, toInputs: Bool
    ) -> LayerDerivatives<S> {
        LayerDerivatives(inputs: [means.inputGradient(outputGradient)])
    }

    @specialized(where S == Double)
    @specialized(where S == Float)
    public func pushForward<S: Scalar>(
        _ inputTangents: [Matrix<S>], _ parameterTangents: [Matrix<S>], from pass: LayerPass<S>,
        _ numbers: LayerNumbers<S>, _ run: Run
    ) -> Matrix<S> {
        means.output(inputTangents[0])
    }
}
