/// The mean of the numbers under each window, of each channel; of those on the input alone (Keras),
/// or with the zeros of the padding (`count_include_pad`, PyTorch's default).
public struct AveragePooling2D: Layer {
    public static let declaration = LayerDeclaration(
        "average_pooling2d",
        otherNames: [
            "avg_pool2d", "avgpool2d", "averagepooling2d", "average_pool2d", "avg_pooling2d",
        ],
        settings: poolingSettings + [
            .flag("count_include_pad", default: false)
                .elsewhere(keras: "false, always", pytorch: "true")
        ],
        formula: (
            "A[y, x, c] = mean over the window of A_prev[…, c]",
            "dA_prev[…, c] = Σ dA[y, x, c] / (numbers under the window)"
        ))

    let means: Means
    public var outputShape: [Int] { means.window.outputShape(channels: means.window.channels) }
    public var operations: Double { means.window.cellOperations }

    public init(_ plan: LayerPlan) throws(LayerFault) {
        means = Means(
            window: try Window(pooling: plan),
            countsPadding: plan.settings.flag("count_include_pad"))
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
