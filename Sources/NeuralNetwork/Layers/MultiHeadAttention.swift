/// Self-attention of several heads: `Z = C·Woᵀ + bo`, where each head's columns of C are
/// `softmax(Q·Kᵀ/√key_dim)·V`, with `Q = X·Wqᵀ + bq`, `K = X·Wkᵀ + bk`, `V = X·Wvᵀ + bv`
/// (Vaswani et al., 2017).
///
/// | array            | shape                              |
/// | ---------------- | ---------------------------------- |
/// | input, output    | `[m, time, features]`              |
/// | `Wq`, `Wk`, `Wv` | `[num_heads·key_dim, features]`    |
/// | `Wo`             | `[features, num_heads·key_dim]`    |
/// | `bq`, `bk`, `bv` | `[num_heads·key_dim]`              |
/// | `bo`             | `[features]`                       |
///
/// Head after head, in all of them. Keras's kernels of `(features, num_heads, key_dim)`, and its
/// output kernel of `(num_heads, key_dim, features)`, are the same numbers in the same order as the
/// matrices of its layout here. PyTorch's `in_proj_weight` is Wq, Wk and Wv one under another, its
/// `in_proj_bias` bq, bk and bv one after another, and `out_proj` has Wo and bo.
///
/// With `causal` a position attends to itself and what comes before it.
public struct MultiHeadAttention: Layer {
    public static let declaration = LayerDeclaration(
        "multi_head_attention",
        otherNames: ["self_attention", "multihead_attention", "mha", "attention"],
        settings: [
            .integer("num_heads", default: 1, in: 1...65536),
            .size("key_dim", in: 1...65536),
            .flag("use_bias", default: true),
            .flag("causal", default: false),
        ],
        arrays: projections + [output] + projectionBiases + [outputBias],
        formula: (
            "Z = C·Woᵀ + bo, C = P·V, P = softmax(S) by rows, S = Q·Kᵀ/√key_dim, of each head, "
                + "Q = X·Wqᵀ + bq, K = X·Wkᵀ + bk, V = X·Wvᵀ + bv",
            "dC = dZ·Wo, dV = Pᵀ·dC, dP = dC·Vᵀ, dS = P∘(dP − rowsum(P∘dP)), dQ = dS·K/√key_dim, "
                + "dK = dSᵀ·Q/√key_dim, dWq = dQᵀ·X, dWk = dKᵀ·X, dWv = dVᵀ·X, "
                + "dbq = Σ dQ, dbk = Σ dK, dbv = Σ dV, "
                + "dX = dQ·Wq + dK·Wk + dV·Wv, dWo = dZᵀ·C, dbo = Σ dZ"
        ))
    static let projections = ["Wq", "Wk", "Wv"].map {
        ArrayForm($0, .weights, axes: ["num_heads·key_dim", "features"], orders: [.keras: [1, 0]])
    }
    static let output = ArrayForm(
        "Wo", .weights, axes: ["features", "num_heads·key_dim"], orders: [.keras: [1, 0]])
    static let projectionBiases = ["bq", "bk", "bv"].map {
        ArrayForm($0, .bias, axes: ["num_heads·key_dim"])
    }
    static let outputBias = ArrayForm("bo", .bias, axes: ["features"])

    public let time: Int
    public let features: Int
    public let heads: Int
    /// How many numbers a query and a key of one head have, and its value.
    public let keyCount: Int
    public let hasBias: Bool
    public let isCausal: Bool
    public let outputShape: [Int]

    /// The columns of Q, K, V and C.
    var width: Int { heads * keyCount }

    public init(_ plan: LayerPlan) throws(LayerFault) {
        outputShape = try plan.input(axes: ["time", "features"])
        (time, features) = (outputShape[0], outputShape[1])
        heads = plan.settings.integer("num_heads")
        hasBias = plan.settings.flag("use_bias")
        isCausal = plan.settings.flag("causal")
        if let w = plan.given["Wq"] {
            // A transposed Wq is told as such, and the rest judged as if it were not.
            let width = w[1] != features && w[0] == features ? w[1] : w[0]
            guard width >= heads, width % heads == 0 else {
                throw LayerFault(
                    "num_heads",
                    "is \(heads), and Wq makes \(width) numbers of each position, expected a "
                        + "multiple of num_heads")
            }
            keyCount = width / heads
        } else {
            keyCount = plan.settings.size("key_dim")
        }
        let limit = Int(Int32.max) / 3  // Q, K and V stand side by side in one matrix.
        guard width <= limit else {
            throw LayerFault(
                "num_heads", "times key_dim is \(width), expected at most \(limit)")
        }
    }

    public var parameters: [NumbersDeclaration] {
        let (inner, outer) = (Double(width), Double(features))
        var all = Self.projections.map {
            NumbersDeclaration($0, [width, features], fans: (outer, inner))
        }
        all.append(NumbersDeclaration(Self.output, [features, width], fans: (inner, outer)))
        if hasBias {
            all += Self.projectionBiases.map { NumbersDeclaration($0, [width]) }
            all.append(NumbersDeclaration(Self.outputBias, [features]))
        }
        return all
    }

    public var operations: Double {
        let (time, width) = (Double(time), Double(width))
        let scores = time * time
        return 8 * time * Double(features) * width + 4 * scores * width + 5 * scores * Double(heads)
    }

    public var keptNumbers: Double {
        let (time, width) = (Double(time), Double(width))
        return Double(heads) * time * time + 4 * time * width
    }

    /// Forward; keeps P, an example a row, and a position a row: Q, K and V side by side, and C.
    @specialized(where S == Double)
    @specialized(where S == Float)
    public func forward<S: Scalar>(
        _ inputs: [Matrix<S>], _ numbers: LayerNumbers<S>, _ run: Run
    ) -> LayerOutput<S> {
        let m = inputs[0].rows
        let numbers = Numbers(numbers.parameters, hasBias)
        let input = inputs[0].split(columns: features)
        var projected = input.times(numbers.projections.transposed)
        if hasBias { projected.addToEachRow(numbers.projectionBiases) }
        let probabilities = probabilities(of: projected, examples: m)
        let context = context(probabilities, projected)
        var z = context.times(numbers.output.transposed)
        if hasBias { z.addToEachRow(numbers.outputBias) }
        return LayerOutput(z.split(rows: m), kept: [probabilities, projected, context])
    }

    @specialized(where S == Double)
    @specialized(where S == Float)
    public func backward<S: Scalar>(
        _ outputGradient: Matrix<S>, from pass: LayerPass<S>, _ numbers: LayerNumbers<S>,
        _ run: Run, toInputs: Bool
    ) -> LayerDerivatives<S> {
        let numbers = Numbers(numbers.parameters, hasBias)
        let input = pass.input.split(columns: features)
        let (probabilities, projected, context) = (pass.kept[0], pass.kept[1], pass.kept[2])
        let dZ = outputGradient.split(columns: features)
        let dProjected = projectedGradient(
            dZ.times(numbers.output), probabilities: probabilities, projected: projected)
        var derivatives = LayerDerivatives<S>(
            parameters: dProjected.transposed.times(input).cut(into: 3))
        derivatives.parameters.append(dZ.transposed.times(context))
        if hasBias {
            derivatives.parameters += dProjected.columnSums.split(rows: 3).cut(into: 3)
            derivatives.parameters.append(dZ.columnSums)
        }
        if toInputs {
            derivatives.inputs = [
                dProjected.times(numbers.projections).split(rows: pass.input.rows)
            ]
        }
        return derivatives
    }

    /// Each product of the forward pass by the product rule, and
    /// `dP = P∘(dS − rowsum(P∘dS))`, of tangents.
    @specialized(where S == Double)
    @specialized(where S == Float)
    public func pushForward<S: Scalar>(
        _ inputTangents: [Matrix<S>], _ parameterTangents: [Matrix<S>], from pass: LayerPass<S>,
        _ numbers: LayerNumbers<S>, _ run: Run
    ) -> Matrix<S> {
        let numbers = Numbers(numbers.parameters, hasBias)
        let moved = Numbers(parameterTangents, hasBias)
        var projected = inputTangents[0].split(columns: features)
            .times(numbers.projections.transposed)
        projected.add(
            pass.input.split(columns: features).times(moved.projections.transposed))
        if hasBias { projected.addToEachRow(moved.projectionBiases) }
        let context = contextTangent(
            projected, probabilities: pass.kept[0], projected: pass.kept[1])
        var z = context.times(numbers.output.transposed)
        z.add(pass.kept[2].times(moved.output.transposed))
        if hasBias { z.addToEachRow(moved.outputBias) }
        return z.split(rows: pass.input.rows)
    }

    /// The parameters, those of Q, K and V one under another, so that one product makes all three.
    private struct Numbers<S: Scalar> {
        let projections: Matrix<S>
        let output: Matrix<S>
        /// Read only where there are biases.
        let projectionBiases: Matrix<S>
        let outputBias: Matrix<S>

        init(_ parameters: [Matrix<S>], _ hasBias: Bool) {
            projections = .stacked(Array(parameters[..<3]))
            output = parameters[3]
            let none = Matrix<S>(rows: 0, columns: 0, elements: [])
            projectionBiases =
                hasBias ? .stacked(Array(parameters[4..<7])).split(rows: 1) : none
            outputBias = hasBias ? parameters[7] : none
        }
    }
}
