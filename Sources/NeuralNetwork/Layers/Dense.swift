/// A fully connected layer: `Z = A_prev · Wᵀ + b`, an example a row.
///
/// | array    | shape               |
/// | -------- | ------------------- |
/// | input    | `[m, inputs]`       |
/// | `W`      | `[outputs, inputs]` |
/// | `b`      | `[1, outputs]`      |
/// | output   | `[m, outputs]`      |
///
/// An example of more than one axis, `[time, inputs]` say, is taken position by position.
public struct Dense: InPlaceLayer {
    public static let declaration = LayerDeclaration(
        "dense", otherNames: ["linear", "fully_connected", "fc"],
        settings: [
            .size("units", in: 1...Int(Int32.max)),
            .flag("use_bias", default: true),
        ],
        arrays: [weights, bias], hasActivation: true,
        formula: ("Z = W·A_prev + b", "dW = Σᵢ dZᵢ·A_prevᵢᵀ, db = Σᵢ dZᵢ, dA_prev = Wᵀ·dZ"))
    static let weights = ArrayForm(
        "W", .weights, axes: ["outputs", "inputs"], orders: [.keras: [1, 0]])
    static let bias = ArrayForm("b", .bias, axes: ["outputs"])

    public let inputs: Int
    public let outputs: Int
    public let hasBias: Bool
    public let outputShape: [Int]
    public let parameters: [NumbersDeclaration]

    public init(_ plan: LayerPlan) throws(LayerFault) {
        let input = plan.inputs[0]
        inputs = input[input.count - 1]
        hasBias = plan.settings.flag("use_bias")
        var outputs = plan.settings.size("units")
        if let w = plan.given["W"] {
            // A transposed W is told as such, and the rest judged as if it were not.
            outputs = w[1] != inputs && w[0] == inputs ? w[1] : w[0]
        }
        self.outputs = outputs
        outputShape = input.dropLast() + [outputs]
        let fans = (Double(inputs), Double(outputs))
        let w = NumbersDeclaration(Self.weights, [outputs, inputs], fans: fans)
        parameters = hasBias ? [w, NumbersDeclaration(Self.bias, [outputs])] : [w]
    }

    public var operations: Double {
        2 * Double(inputs) * outputShape.reduce(1.0) { $0 * Double($1) }
    }

    /// Forward: Z.
    @specialized(where S == Double)
    @specialized(where S == Float)
    public func forward<S: Scalar>(
        _ numbers: LayerNumbers<S>, _ run: Run, into pass: inout LayerPass<S>
    ) {
        let input = pass.input.split(columns: inputs)
        input.times(numbers.parameters[0].transposed, into: &pass.preActivation)
        if hasBias { pass.preActivation.addToEachRow(numbers.parameters[1]) }
        pass.preActivation.reshape(rows: pass.input.rows)
    }

    /// Backward: `dW = dZᵀ·A_prev`, `db` the column sums of dZ, `dA_prev = dZ·W` (Bishop, PRML §5.3).
    @specialized(where S == Double)
    @specialized(where S == Float)
    public func backward<S: Scalar>(
        _ outputGradient: Matrix<S>, from pass: LayerPass<S>, _ numbers: LayerNumbers<S>,
        _ run: Run, toInputs: Bool, into derivatives: inout LayerDerivatives<S>
    ) {
        derivatives.makeRoom(parameters: parameters.count)
        let input = pass.input.split(columns: inputs)
        let dZ = outputGradient.split(columns: outputs)
        dZ.transposed.times(input, into: &derivatives.parameters[0])
        if hasBias { dZ.sumColumns(into: &derivatives.parameters[1]) }
        if toInputs {
            derivatives.makeRoom(inputs: 1)
            dZ.times(numbers.parameters[0], into: &derivatives.inputs[0])
            derivatives.inputs[0].reshape(rows: pass.input.rows)
        }
    }

    /// `dZ = dA_prev·Wᵀ + A_prev·dWᵀ + db`, of tangents.
    @specialized(where S == Double)
    @specialized(where S == Float)
    public func pushForward<S: Scalar>(
        _ inputTangents: [Matrix<S>], _ parameterTangents: [Matrix<S>], from pass: LayerPass<S>,
        _ numbers: LayerNumbers<S>, _ run: Run
    ) -> Matrix<S> {
        var z = inputTangents[0].split(columns: inputs)
            .times(numbers.parameters[0].transposed)
        z.add(pass.input.split(columns: inputs).times(parameterTangents[0].transposed))
        if hasBias { z.addToEachRow(parameterTangents[1]) }
        return z.split(rows: pass.input.rows)
    }
}
