/// Long short-term memory with a forget gate (Hochreiter and Schmidhuber, 1997; Gers et al., 2000):
///
///     i = σ(Zᵢ), f = σ(Z_f), g = tanh(Z_g), o = σ(Z_o), where Z = W·xₜ + b + U·hₜ₋₁
///     cₜ = f∘cₜ₋₁ + i∘g, hₜ = o∘tanh(cₜ)
///
/// Its arrays are `Recurrence`'s, of four gates in the order i, f, g, o, which is that of Keras and
/// of PyTorch. Keras and the course have one bias, PyTorch a second one, `b_recurrent`. Biases start
/// at 0, that of the forget gate too, where Keras's `unit_forget_bias` would start it at 1.
public struct LSTM: Layer {
    public static let declaration = LayerDeclaration(
        "lstm", otherNames: ["long_short_term_memory"], settings: Recurrence.settings,
        arrays: forms,
        formula: (
            "Z = W·xₜ + b + U·hₜ₋₁, of gates i, f, g, o; cₜ = σ(Z_f)∘cₜ₋₁ + σ(Zᵢ)∘tanh(Z_g), "
                + "hₜ = σ(Z_o)∘tanh(cₜ), h₀ = c₀ = 0",
            "dcₜ += dhₜ∘o∘(1 − tanh²cₜ), dZᵢ = dcₜ∘g∘i∘(1 − i), dZ_f = dcₜ∘cₜ₋₁∘f∘(1 − f), "
                + "dZ_g = dcₜ∘i∘(1 − g²), dZ_o = dhₜ∘tanh(cₜ)∘o∘(1 − o), dcₜ₋₁ = dcₜ∘f, "
                + "dhₜ₋₁ += Uᵀ·dZ, dW = Σₜ dZ·xₜᵀ, dU = Σₜ dZ·hₜ₋₁ᵀ, db = Σₜ dZ, dxₜ = Wᵀ·dZ"
        ))
    static let forms = Recurrence.arrays(gates: 4)

    let recurrence: Recurrence

    public init(_ plan: LayerPlan) throws(LayerFault) {
        recurrence = try Recurrence(plan, Self.forms)
    }

    public var outputShape: [Int] { recurrence.outputShape }
    public var parameters: [NumbersDeclaration] { recurrence.parameters(Self.forms) }
    public var operations: Double { recurrence.operations }
    public var keptNumbers: Double { recurrence.keptNumbers(forEachUnit: 5) }

    /// Forward; Z of every time is kept, and c after every step.
    @specialized(where S == Double)
    @specialized(where S == Float)
    public func forward<S: Scalar>(
        _ inputs: [Matrix<S>], _ numbers: LayerNumbers<S>, _ run: Run
    ) -> LayerOutput<S> {
        let (arrays, steps, m) = (numbers.parameters, recurrence.steps, inputs[0].rows)
        var sums = recurrence.inputSums(inputs[0], arrays)
        var h: Matrix<S> = recurrence.zeros(m)
        var c = h
        var hidden: Matrix<S> = recurrence.zeros(m * steps)
        var cells = hidden
        for step in 0..<steps {
            let time = recurrence.time(ofStep: step)
            var z = sums.step(time, of: steps)
            z.add(recurrence.recurrentSums(h, arrays))
            h = take(z, &c)
            sums.setStep(time, of: steps, to: z)
            cells.setStep(step, of: steps, to: c)
            hidden.setStep(step, of: steps, to: h)
        }
        return recurrence.output(hidden, kept: [sums, cells])
    }

    /// Backward through time, the last step first.
    @specialized(where S == Double)
    @specialized(where S == Float)
    public func backward<S: Scalar>(
        _ outputGradient: Matrix<S>, from pass: LayerPass<S>, _ numbers: LayerNumbers<S>,
        _ run: Run, toInputs: Bool
    ) -> LayerDerivatives<S> {
        let (arrays, steps) = (numbers.parameters, recurrence.steps)
        var dZ = pass.kept[0]
        var dH: Matrix<S> = recurrence.zeros(outputGradient.rows)
        var dC = dH
        for step in (0..<steps).reversed() {
            let time = recurrence.time(ofStep: step)
            recurrence.addOutputGradient(outputGradient, ofStep: step, to: &dH)
            let z = pullBack(
                dH, &dC, through: pass.kept[0].step(time, of: steps),
                recurrence.before(step, pass.kept[1]))
            dZ.setStep(time, of: steps, to: z)
            dH = z.times(arrays[1])
        }
        return recurrence.derivatives(dZ, dZ, from: pass, arrays, toInputs: toInputs)
    }

    /// Forward through time, of tangents.
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
        var c = h
        var hidden: Matrix<S> = recurrence.zeros(m * steps)
        for step in 0..<steps {
            let time = recurrence.time(ofStep: step)
            var z = tangents.step(time, of: steps)
            z.add(h.times(arrays[1].transposed))
            h = push(
                z, &c, through: pass.kept[0].step(time, of: steps),
                recurrence.before(step, pass.kept[1]))
            hidden.setStep(step, of: steps, to: h)
        }
        return recurrence.output(hidden)
    }
}

// One step, number by number.
extension LSTM {
    /// h, and c in place, from Z.
    @inline(__always)
    private func take<S: Scalar>(_ z: Matrix<S>, _ c: inout Matrix<S>) -> Matrix<S> {
        let units = recurrence.units
        return Matrix(rows: c.rows, columns: units) { h in
            c.changeNumbers(z, z) { c, z, _ in
                for index in c.indices {
                    let at = Gates(index, units)
                    c[index] =
                        logistic(z[at.f]) * c[index] + logistic(z[at.i]) * S.tanh(z[at.g])
                    h.initializeElement(at: index, to: logistic(z[at.o]) * S.tanh(c[index]))
                }
            }
        }
    }

    /// dZ, and dC of the step before in place, from Z and the c before.
    @inline(__always)
    private func pullBack<S: Scalar>(
        _ dH: Matrix<S>, _ dC: inout Matrix<S>, through z: Matrix<S>, _ before: Matrix<S>
    ) -> Matrix<S> {
        let units = recurrence.units
        var dZ = z
        dZ.changeNumbers(before, dH) { z, before, dH in
            dC.storage.withUnsafeMutableBufferPointer { dC in
                for index in dC.indices {
                    let at = Gates(index, units)
                    let (zi, zf, zg, zo) = (z[at.i], z[at.f], z[at.g], z[at.o])
                    let (i, f, g) = (logistic(zi), logistic(zf), S.tanh(zg))
                    let c = f * before[index] + i * g
                    let dc = dC[index] + dH[index] * logistic(zo) * tanhSlope(c)
                    z[at.i] = dc * g * logisticSlope(zi)
                    z[at.f] = dc * before[index] * logisticSlope(zf)
                    z[at.g] = dc * i * tanhSlope(zg)
                    z[at.o] = dH[index] * S.tanh(c) * logisticSlope(zo)
                    dC[index] = dc * f
                }
            }
        }
        return dZ
    }

    /// The tangent of h, and that of c in place, from that of Z.
    @inline(__always)
    private func push<S: Scalar>(
        _ tangent: Matrix<S>, _ dC: inout Matrix<S>, through z: Matrix<S>, _ before: Matrix<S>
    ) -> Matrix<S> {
        let units = recurrence.units
        var h = before
        h.changeNumbers(z, tangent) { h, z, dZ in
            dC.storage.withUnsafeMutableBufferPointer { dC in
                for index in dC.indices {
                    let at = Gates(index, units)
                    let (zi, zf, zg, zo) = (z[at.i], z[at.f], z[at.g], z[at.o])
                    let (i, f, g) = (logistic(zi), logistic(zf), S.tanh(zg))
                    let before = h[index]
                    let c = f * before + i * g
                    dC[index] =
                        f * dC[index] + logisticSlope(zf) * dZ[at.f] * before
                        + logisticSlope(zi) * dZ[at.i] * g + i * tanhSlope(zg) * dZ[at.g]
                    h[index] =
                        logisticSlope(zo) * dZ[at.o] * S.tanh(c)
                        + logistic(zo) * tanhSlope(c) * dC[index]
                }
            }
        }
        return h
    }

    /// Where the gates of one number of h stand in Z.
    private struct Gates {
        let i, f, g, o: Int

        @inline(__always)
        init(_ index: Int, _ units: Int) {
            i = index / units * (4 * units) + index % units
            (f, g, o) = (i + units, i + 2 * units, i + 3 * units)
        }
    }
}
