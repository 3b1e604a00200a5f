/// Inverted dropout (Srivastava et al., 2014, as the course writes it): in training each number is
/// kept with probability `keep_prob` and divided by it, or set to 0; in inference nothing is done.
///
/// The mask, 1 for what is kept, is the caller's, or drawn: `np.random.seed(seed + step)`, then
/// `np.random.rand(*A.shape) < keep_prob`, with A in the request's layout; the step counts from 0 and
/// only in a training. Without a seed it is 0.
public struct Dropout: Layer {
    public static let declaration = LayerDeclaration(
        "dropout", otherNames: ["inverted_dropout"],
        settings: [
            .number("rate", default: 0, in: 0...1), .number("keep_prob", default: 1, in: 0...1),
            .seed("seed"),
        ],
        arrays: [ArrayForm("mask", .mask, axes: [])],
        formula: (
            "A = A_prev∘mask / keep_prob; in inference A = A_prev",
            "dA_prev = dA∘mask / keep_prob; in inference dA_prev = dA"
        ),
        answered: ["mask"])

    public let outputShape: [Int]
    public let keepProbability: Double
    private let seed: UInt32
    private let order: AxisOrder

    public init(_ plan: LayerPlan) throws(LayerFault) {
        let settings = plan.settings
        outputShape = plan.inputs[0]
        switch (settings.isGiven("rate"), settings.isGiven("keep_prob")) {
        case (true, true):
            throw LayerFault(
                "keep_prob", "a dropout gives either \"rate\" or \"keep_prob\", which is 1 − rate")
        case (false, false):
            throw LayerFault(
                nil, "needs \"rate\", the share that it drops, or \"keep_prob\", which is 1 − rate")
        case (true, false):
            keepProbability = 1 - settings.number("rate")
            guard keepProbability > 0 else {
                throw LayerFault("rate", "1.0 drops every unit, expected less than 1")
            }
        case (false, true):
            keepProbability = settings.number("keep_prob")
            guard keepProbability > 0 else {
                throw LayerFault("keep_prob", "0.0 keeps no unit, expected more than 0")
            }
        }
        seed = UInt32(settings.givenIntegers("seed")?.first ?? 0)
        order = .signal(axes: outputShape.count, plan.layout)
    }

    public var operations: Double { outputShape.reduce(2) { $0 * Double($1) } }
    public var keptNumbers: Double { outputShape.reduce(1) { $0 * Double($1) } }

    @specialized(where S == Double)
    @specialized(where S == Float)
    public func forward<S: Scalar>(
        _ inputs: [Matrix<S>], _ numbers: LayerNumbers<S>, _ run: Run
    ) -> LayerOutput<S> {
        guard run.mode == .training else { return LayerOutput(inputs[0]) }
        let mask = numbers.mask ?? draw(examples: inputs[0].rows, run.step)
        return LayerOutput(masked(inputs[0], mask), kept: [mask])
    }

    private func draw<S: Scalar>(examples m: Int, _ step: Int) -> Matrix<S> {
        var random = LegacyRandom(seed: seed &+ UInt32(truncatingIfNeeded: step))
        let shape = [m] + outputShape
        let drawn: [S] = (0..<shape.reduce(1, *)).map { _ in
            random.uniform() < keepProbability ? 1 : 0
        }
        return Matrix(
            rows: m, columns: drawn.count / m,
            elements: order.inverse.reordered(drawn, shape: order.wire(shape)))
    }

    private func masked<S: Scalar>(_ x: Matrix<S>, _ mask: Matrix<S>) -> Matrix<S> {
        let keep = S(keepProbability)
        // What is dropped is 0 even where it was infinite.
        return x.combined(with: mask) { $1 == 0 ? 0 : $0 / keep }
    }

    @specialized(where S == Double)
    @specialized(where S == Float)
    public func backward<S: Scalar>(
        _ outputGradient: Matrix<S>, from pass: LayerPass<S>, _ numbers: LayerNumbers<S>,
        _ run: Run, toInputs: Bool
    ) -> LayerDerivatives<S> {
        guard run.mode == .training else { return LayerDerivatives(inputs: [outputGradient]) }
        return LayerDerivatives(inputs: [masked(outputGradient, pass.kept[0])])
    }

    @specialized(where S == Double)
    @specialized(where S == Float)
    public func pushForward<S: Scalar>(
        _ inputTangents: [Matrix<S>], _ parameterTangents: [Matrix<S>], from pass: LayerPass<S>,
        _ numbers: LayerNumbers<S>, _ run: Run
    ) -> Matrix<S> {
        guard run.mode == .training else { return inputTangents[0] }
        return masked(inputTangents[0], pass.kept[0])
    }
}
