/// Batch normalization (Ioffe and Szegedy, 2015) of each feature of the last axis, over the examples
/// and all positions: `x̂ = (x − μ)/√(σ² + ε)`, `A = γ·x̂ + β`.
///
/// In training μ and σ² (with n, not n − 1) are the batch's, and the running statistics go on by
/// Keras's rule, `moving ← momentum·moving + (1 − momentum)·batch`; PyTorch's momentum is one minus
/// this one (0.1 by default), its ε is 1e-5, and its running variance has n − 1 (`unbiased`). In
/// inference μ and σ² are the running ones.
public struct BatchNormalization: Layer {
    public static let declaration = LayerDeclaration(
        "batch_normalization",
        otherNames: [
            "batch_norm", "batchnorm", "bn", "batchnorm1d", "batchnorm2d", "batch_norm1d",
            "batch_norm2d",
        ],
        settings: [
            .number("momentum", default: 0.99, in: 0...1)
                .elsewhere(keras: "0.99", pytorch: "0.9, which PyTorch writes as momentum 0.1"),
            .number("epsilon", default: 1e-3, in: 0...1)
                .elsewhere(keras: "0.001", pytorch: "0.00001"),
            .flag("unbiased", default: false)
                .elsewhere(keras: "false", pytorch: "true, always"),
        ],
        arrays: [scale, shift, mean, variance],
        formula: (
            "A = gamma∘x̂ + beta, x̂ = (A_prev − μ)/√(σ² + ε)",
            "dgamma = Σ dA∘x̂, dbeta = Σ dA, "
                + "dA_prev = gamma/√(σ² + ε)∘(dA − mean(dA) − x̂∘mean(dA∘x̂))"
        ))
    static let scale = ArrayForm("gamma", .parameter(initial: 1), axes: ["features"])
    static let shift = ArrayForm("beta", .parameter(initial: 0), axes: ["features"])
    static let mean = ArrayForm("moving_mean", .state(initial: 0), axes: ["features"])
    static let variance = ArrayForm("moving_variance", .state(initial: 1), axes: ["features"])

    public let outputShape: [Int]
    private let features: Int
    private let momentum: Double
    private let epsilon: Double
    let unbiased: Bool

    public init(_ plan: LayerPlan) throws(LayerFault) {
        outputShape = plan.inputs[0]
        features = outputShape[outputShape.count - 1]
        momentum = plan.settings.number("momentum")
        epsilon = plan.settings.number("epsilon")
        unbiased = plan.settings.flag("unbiased")
    }

    public var parameters: [NumbersDeclaration] {
        [NumbersDeclaration(Self.scale, [features]), NumbersDeclaration(Self.shift, [features])]
    }
    public var states: [NumbersDeclaration] {
        [NumbersDeclaration(Self.mean, [features]), NumbersDeclaration(Self.variance, [features])]
    }
    public var operations: Double { outputShape.reduce(8) { $0 * Double($1) } }
    public var keptNumbers: Double { outputShape.reduce(1) { $0 * Double($1) } }
    public func mixesExamples(_ run: Run) -> Bool { run.mode == .training }

    @specialized(where S == Double)
    @specialized(where S == Float)
    public func forward<S: Scalar>(
        _ inputs: [Matrix<S>], _ numbers: LayerNumbers<S>, _ run: Run
    ) -> LayerOutput<S> {
        let (m, x) = (inputs[0].rows, inputs[0].split(columns: features))
        guard run.mode == .training else {
            let inverse = inverseDeviation(of: numbers.states[1])
            let normalized = x.byColumn(numbers.states[0], inverse) { ($0 - $1) * $2 }
            return LayerOutput(scaled(normalized, numbers.parameters).split(rows: m))
        }
        let mean = x.columnMeans
        let centered = x.byColumn(mean) { $0 - $1 }
        let variance = centered.map { $0 * $0 }.columnMeans
        let inverse = inverseDeviation(of: variance)
        let normalized = centered.byColumn(inverse) { $0 * $1 }
        return LayerOutput(
            scaled(normalized, numbers.parameters).split(rows: m), kept: [normalized, inverse],
            states: moved(numbers.states, to: mean, variance, of: x.rows))
    }

    private func scaled<S: Scalar>(_ x: Matrix<S>, _ parameters: [Matrix<S>]) -> Matrix<S> {
        x.byColumn(parameters[0], parameters[1]) { $0 * $1 + $2 }
    }

    private func inverseDeviation<S: Scalar>(of variance: Matrix<S>) -> Matrix<S> {
        let epsilon = S(epsilon)
        return variance.map { 1 / ($0 + epsilon).squareRoot() }
    }

    /// The running statistics after a batch of n rows.
    private func moved<S: Scalar>(
        _ states: [Matrix<S>], to mean: Matrix<S>, _ variance: Matrix<S>, of n: Int
    ) -> [Matrix<S>] {
        let (stays, goes) = (S(momentum), S(1 - momentum))
        let correction = unbiased && n > 1 ? S(n) / S(n - 1) : 1
        return [
            states[0].combined(with: mean) { stays * $0 + goes * $1 },
            states[1].combined(with: variance) { stays * $0 + goes * correction * $1 },
        ]
    }

    @specialized(where S == Double)
    @specialized(where S == Float)
    public func backward<S: Scalar>(
        _ outputGradient: Matrix<S>, from pass: LayerPass<S>, _ numbers: LayerNumbers<S>,
        _ run: Run, toInputs: Bool
    ) -> LayerDerivatives<S> {
        let m = outputGradient.rows
        let dA = outputGradient.split(columns: features)
        let scale = numbers.parameters[0]
        guard run.mode == .training else {
            let inverse = inverseDeviation(of: numbers.states[1])
            let normalized = pass.input.split(columns: features)
                .byColumn(numbers.states[0], inverse) { ($0 - $1) * $2 }
            let dX = dA.byColumn(scale, inverse) { $0 * $1 * $2 }
            return LayerDerivatives(
                parameters: [dA.combined(with: normalized, *).columnSums, dA.columnSums],
                inputs: [dX.split(rows: m)])
        }
        let (normalized, inverse) = (pass.kept[0], pass.kept[1])
        let products = dA.combined(with: normalized, *)
        let projected = projected(dA, normalized, products)
        return LayerDerivatives(
            parameters: [products.columnSums, dA.columnSums],
            inputs: [projected.byColumn(scale, inverse) { $0 * $1 * $2 }.split(rows: m)])
    }

    /// `v − mean(v) − x̂∘mean(v∘x̂)`: what is left of v when μ and σ² move with it.
    private func projected<S: Scalar>(
        _ v: Matrix<S>, _ normalized: Matrix<S>, _ products: Matrix<S>
    ) -> Matrix<S> {
        v.byColumn(v.columnMeans) { $0 - $1 }
            .combined(with: normalized.byColumn(products.columnMeans) { $0 * $1 }, -)
    }

    @specialized(where S == Double)
    @specialized(where S == Float)
    public func pushForward<S: Scalar>(
        _ inputTangents: [Matrix<S>], _ parameterTangents: [Matrix<S>], from pass: LayerPass<S>,
        _ numbers: LayerNumbers<S>, _ run: Run
    ) -> Matrix<S> {
        let dX = inputTangents[0].split(columns: features)
        let normalized: Matrix<S>
        var tangent: Matrix<S>
        if run.mode == .training {
            normalized = pass.kept[0]
            tangent = projected(dX, normalized, dX.combined(with: normalized, *))
                .byColumn(numbers.parameters[0], pass.kept[1]) { $0 * $1 * $2 }
        } else {
            let inverse = inverseDeviation(of: numbers.states[1])
            normalized = pass.input.split(columns: features)
                .byColumn(numbers.states[0], inverse) { ($0 - $1) * $2 }
            tangent = dX.byColumn(numbers.parameters[0], inverse) { $0 * $1 * $2 }
        }
        tangent.add(scaled(normalized, parameterTangents))
        return tangent.split(rows: inputTangents[0].rows)
    }
}
