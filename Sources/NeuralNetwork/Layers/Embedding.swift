/// A row of W for each number of the input, which is its index from 0: `Z_t = W[X_t]`.
///
/// | array  | shape                      |
/// | ------ | -------------------------- |
/// | input  | `[m, …]`                   |
/// | `W`    | `[input_dim, output_dim]`  |
/// | output | `[m, …, output_dim]`       |
///
/// Every layout arranges W so. Indices have no derivative: the derivative of the input is 0, and its
/// tangents change nothing.
public struct Embedding: IndexLayer {
    public static let declaration = LayerDeclaration(
        "embedding", otherNames: ["embed", "embeddings"],
        settings: [
            .size("input_dim", in: 1...Int(Int32.max)),
            .size("output_dim", in: 1...Int(Int32.max)),
        ],
        arrays: [weights],
        formula: ("Z_t = W[X_t]", "dW[k] = Σ dZ_t over all t with X_t = k, dX = 0"))
    static let weights = ArrayForm("W", .weights, axes: ["vocabulary", "features"])

    public let vocabulary: Int
    public let features: Int
    public let outputShape: [Int]

    public init(_ plan: LayerPlan) throws(LayerFault) {
        let w = plan.given["W"]
        vocabulary = w?[0] ?? plan.settings.size("input_dim")
        features = w?[1] ?? plan.settings.size("output_dim")
        outputShape = plan.inputs[0] + [features]
        guard vocabulary > 0 else {
            throw LayerFault("W", "has no rows, expected one for each index")
        }
    }

    public var parameters: [NumbersDeclaration] {
        [
            NumbersDeclaration(
                Self.weights, [vocabulary, features],
                fans: (Double(vocabulary), Double(features)))
        ]
    }

    /// A copy is counted as one.
    public var operations: Double { outputShape.reduce(1.0) { $0 * Double($1) } }

    public var indices: Int { vocabulary }

    /// The row of W that a number tells: the nearest whole one, and 0 where there is no such row.
    @inline(__always)
    private func row<S: Scalar>(_ number: S) -> Int {
        let rounded = number.rounded()
        guard rounded >= 0 && rounded < S(Int32.max) else { return 0 }
        let index = Int(rounded)
        return index < vocabulary ? index : 0
    }

    @specialized(where S == Double)
    @specialized(where S == Float)
    public func forward<S: Scalar>(
        _ inputs: [Matrix<S>], _ numbers: LayerNumbers<S>, _ run: Run
    ) -> LayerOutput<S> {
        LayerOutput(gathered(numbers.parameters[0], inputs[0]))
    }

    /// Backward: the derivative of each output row, added to the row of dW that it came from.
    @specialized(where S == Double)
    @specialized(where S == Float)
    public func backward<S: Scalar>(
        _ outputGradient: Matrix<S>, from pass: LayerPass<S>, _ numbers: LayerNumbers<S>,
        _ run: Run, toInputs: Bool
    ) -> LayerDerivatives<S> {
        let input = pass.input
        let gradient = Matrix<S>(rows: vocabulary, columns: features) { w in
            w.initialize(repeating: 0)
            outputGradient.elements.withUnsafeBufferPointer { z in
                input.elements.withUnsafeBufferPointer { x in
                    for t in x.indices {
                        let start = row(x[t]) * features
                        for j in 0..<features { w[start + j] += z[t * features + j] }
                    }
                }
            }
        }
        return LayerDerivatives(
            parameters: [gradient],
            inputs: toInputs
                ? [Matrix(rows: input.rows, columns: input.columns, repeating: 0)] : [])
    }

    /// `dZ_t = dW[X_t]`, of tangents.
    @specialized(where S == Double)
    @specialized(where S == Float)
    public func pushForward<S: Scalar>(
        _ inputTangents: [Matrix<S>], _ parameterTangents: [Matrix<S>], from pass: LayerPass<S>,
        _ numbers: LayerNumbers<S>, _ run: Run
    ) -> Matrix<S> {
        gathered(parameterTangents[0], pass.input)
    }

    @inline(__always)
    private func gathered<S: Scalar>(_ weights: Matrix<S>, _ input: Matrix<S>) -> Matrix<S> {
        Matrix(rows: input.rows, columns: input.columns * features) { z in
            weights.elements.withUnsafeBufferPointer { w in
                input.elements.withUnsafeBufferPointer { x in
                    for t in x.indices {
                        let start = row(x[t]) * features
                        for j in 0..<features {
                            z.initializeElement(at: t * features + j, to: w[start + j])
                        }
                    }
                }
            }
        }
    }
}
