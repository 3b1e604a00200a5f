/// The simplest recurrent layer: `hₜ = f(W·xₜ + b + U·hₜ₋₁)`, with f tanh or ReLU (Elman, 1990).
///
/// Its arrays are `Recurrence`'s, of one gate. Keras and the course have one bias, PyTorch a second
/// one, `b_recurrent`. Biases start at 0.
public struct SimpleRNN: Layer {
    public static let declaration = LayerDeclaration(
        "simple_rnn", otherNames: ["rnn", "elman"],
        settings: Recurrence.settings + [.word("nonlinearity", default: Nonlinearity.tanh)],
        arrays: forms,
        formula: (
            "hₜ = f(W·xₜ + b + U·hₜ₋₁), h₀ = 0",
            "dZₜ = f′(Zₜ)∘(dhₜ + Uᵀ·dZₜ₊₁), dW = Σₜ dZₜ·xₜᵀ, dU = Σₜ dZₜ·hₜ₋₁ᵀ, db = Σₜ dZₜ, "
                + "dxₜ = Wᵀ·dZₜ"
        ))
    static let forms = Recurrence.arrays(gates: 1)

    /// The function of each step.
    public enum Nonlinearity: String, CaseIterable, Sendable {
        case tanh, relu
    }

    let recurrence: Recurrence
    let nonlinearity: Nonlinearity

    public init(_ plan: LayerPlan) throws(LayerFault) {
        recurrence = try Recurrence(plan, Self.forms)
        nonlinearity = plan.settings.word("nonlinearity")
    }

    public var outputShape: [Int] { recurrence.outputShape }
    public var parameters: [NumbersDeclaration] { recurrence.parameters(Self.forms) }
    public var operations: Double { recurrence.operations }
    public var keptNumbers: Double { recurrence.keptNumbers(forEachUnit: 1) }

    /// Forward; Z of every time is kept.
    @specialized(where S == Double)
    @specialized(where S == Float)
    public func forward<S: Scalar>(
        _ inputs: [Matrix<S>], _ numbers: LayerNumbers<S>, _ run: Run
    ) -> LayerOutput<S> {
        let (arrays, steps, m) = (numbers.parameters, recurrence.steps, inputs[0].rows)
        var sums = recurrence.inputSums(inputs[0], arrays)
        var h: Matrix<S> = recurrence.zeros(m)
        var hidden: Matrix<S> = recurrence.zeros(m * steps)
        for step in 0..<steps {
            let time = recurrence.time(ofStep: step)
            var z = sums.step(time, of: steps)
            z.add(recurrence.recurrentSums(h, arrays))
            h = function.evaluate(at: z)
            sums.setStep(time, of: steps, to: z)
            hidden.setStep(step, of: steps, to: h)
        }
        return recurrence.output(hidden, kept: [sums])
    }

    /// Backward through time, the last step first: `dZₜ = f′(Zₜ)∘dhₜ`, `dhₜ₋₁ += Uᵀ·dZₜ`.
    @specialized(where S == Double)
    @specialized(where S == Float)
    public func backward<S: Scalar>(
        _ outputGradient: Matrix<S>, from pass: LayerPass<S>, _ numbers: LayerNumbers<S>,
        _ run: Run, toInputs: Bool
    ) -> LayerDerivatives<S> {
        let (arrays, steps) = (numbers.parameters, recurrence.steps)
        var dZ = pass.kept[0]
        var dH: Matrix<S> = recurrence.zeros(outputGradient.rows)
        for step in (0..<steps).reversed() {
            let time = recurrence.time(ofStep: step)
            recurrence.addOutputGradient(outputGradient, ofStep: step, to: &dH)
            let z = pass.kept[0].step(time, of: steps)
            let stepGradient = function.pullBack(dH, through: z, z)
            dZ.setStep(time, of: steps, to: stepGradient)
            dH = stepGradient.times(arrays[1])
        }
        return recurrence.derivatives(dZ, dZ, from: pass, arrays, toInputs: toInputs)
    }

    /// Forward through time: `dZₜ = dW·xₜ + W·dxₜ + db + dU·hₜ₋₁ + U·dhₜ₋₁`, `dhₜ = f′(Zₜ)∘dZₜ`.
    @specialized(where S == Double)
    @specialized(where S == Float)
    public func pushForward<S: Scalar>(
        _ inputTangents: [Matrix<S>], _ parameterTangents: [Matrix<S>], from pass: LayerPass<S>,
        _ numbers: LayerNumbers<S>, _ run: Run
    ) -> Matrix<S> {
        let (arrays, steps, m) = (numbers.parameters, recurrence.steps, pass.input.rows)
        var (tangents, recurrent) = recurrence.sumTangents(
            inputTangents[0], parameterTangents, from: pass, arrays)
        tangents.add(recurrent)
        var h: Matrix<S> = recurrence.zeros(m)
        var hidden: Matrix<S> = recurrence.zeros(m * steps)
        for step in 0..<steps {
            let time = recurrence.time(ofStep: step)
            let z = pass.kept[0].step(time, of: steps)
            var tangent = tangents.step(time, of: steps)
            tangent.add(h.times(arrays[1].transposed))
            h = function.pullBack(tangent, through: z, z)  // A slope times each number.
            hidden.setStep(step, of: steps, to: h)
        }
        return recurrence.output(hidden)
    }

    private var function: Activation {
        switch nonlinearity {
        case .tanh: .tanh
        case .relu: .relu
        }
    }
}
