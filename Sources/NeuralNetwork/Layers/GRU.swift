/// A gated recurrent unit (Cho et al., 2014), in the form of cuDNN, of PyTorch and of Keras's
/// `reset_after`, where the reset gate r is on the product with U:
///
///     z = σ(W_z·xₜ + b_z + U_z·hₜ₋₁ + b′_z), r = σ(W_r·xₜ + b_r + U_r·hₜ₋₁ + b′_r)
///     n = tanh(W_n·xₜ + b_n + r∘(U_n·hₜ₋₁ + b′_n)), hₜ = z∘hₜ₋₁ + (1 − z)∘n
///
/// Its arrays are `Recurrence`'s, of three gates, which stand in the order of the layout: z, r, n in
/// Keras and the course, r, z, n in PyTorch. There are two biases in every layout, b and b′, the
/// `b_recurrent`, which are the two rows of Keras's one array. They start at 0.
public struct GRU: Layer {
    public static let declaration = LayerDeclaration(
        "gru", otherNames: ["gated_recurrent_unit"], settings: Recurrence.settings,
        arrays: forms,
        formula: (
            "A = W·xₜ + b, Q = U·hₜ₋₁ + b_recurrent, of gates z, r, n (r, z, n in PyTorch); "
                + "z = σ(A_z + Q_z), r = σ(A_r + Q_r), n = tanh(A_n + r∘Q_n), "
                + "hₜ = z∘hₜ₋₁ + (1 − z)∘n, h₀ = 0",
            "dA_n = dhₜ∘(1 − z)∘(1 − n²), dA_z = dQ_z = dhₜ∘(hₜ₋₁ − n)∘z∘(1 − z), "
                + "dA_r = dQ_r = dA_n∘Q_n∘r∘(1 − r), dQ_n = dA_n∘r, dhₜ₋₁ += z∘dhₜ + Uᵀ·dQ, "
                + "dW = Σₜ dA·xₜᵀ, dU = Σₜ dQ·hₜ₋₁ᵀ, db = Σₜ dA, db_recurrent = Σₜ dQ, "
                + "dxₜ = Wᵀ·dA"
        ))
    static let forms = Recurrence.arrays(
        gates: 3, twoBiases: Layout.allCases, orders: [.pytorch: [1, 0, 2]])

    let recurrence: Recurrence
    /// Whether the reset gate stands before the update gate.
    let resetFirst: Bool

    public init(_ plan: LayerPlan) throws(LayerFault) {
        recurrence = try Recurrence(plan, Self.forms)
        resetFirst = Self.forms[0].parts(in: plan.layout)[0] == 1
    }

    public var outputShape: [Int] { recurrence.outputShape }
    public var parameters: [NumbersDeclaration] { recurrence.parameters(Self.forms) }
    public var operations: Double { recurrence.operations }
    public var keptNumbers: Double { recurrence.keptNumbers(forEachUnit: 4) }

    /// Forward; of every time the arguments of σ, σ and tanh are kept, and Q_n.
    @specialized(where S == Double)
    @specialized(where S == Float)
    public func forward<S: Scalar>(
        _ inputs: [Matrix<S>], _ numbers: LayerNumbers<S>, _ run: Run
    ) -> LayerOutput<S> {
        let (arrays, steps, m) = (numbers.parameters, recurrence.steps, inputs[0].rows)
        var sums = recurrence.inputSums(inputs[0], arrays)
        var h: Matrix<S> = recurrence.zeros(m)
        var hidden: Matrix<S> = recurrence.zeros(m * steps)
        var candidates = hidden
        for step in 0..<steps {
            let time = recurrence.time(ofStep: step)
            var z = sums.step(time, of: steps)
            candidates.setStep(
                time, of: steps, to: take(&z, recurrence.recurrentSums(h, arrays), &h))
            sums.setStep(time, of: steps, to: z)
            hidden.setStep(step, of: steps, to: h)
        }
        return recurrence.output(hidden, kept: [sums, candidates])
    }

    /// Backward through time, the last step first.
    @specialized(where S == Double)
    @specialized(where S == Float)
    public func backward<S: Scalar>(
        _ outputGradient: Matrix<S>, from pass: LayerPass<S>, _ numbers: LayerNumbers<S>,
        _ run: Run, toInputs: Bool
    ) -> LayerDerivatives<S> {
        let (arrays, steps) = (numbers.parameters, recurrence.steps)
        let hidden = recurrence.hidden(pass)
        var (dA, dQ) = (pass.kept[0], pass.kept[0])
        var dH: Matrix<S> = recurrence.zeros(outputGradient.rows)
        for step in (0..<steps).reversed() {
            let time = recurrence.time(ofStep: step)
            recurrence.addOutputGradient(outputGradient, ofStep: step, to: &dH)
            var a = pass.kept[0].step(time, of: steps)
            let q = pullBack(
                &dH, through: &a, pass.kept[1].step(time, of: steps),
                recurrence.before(step, hidden))
            dA.setStep(time, of: steps, to: a)
            dQ.setStep(time, of: steps, to: q)
            dH.add(q.times(arrays[1]))
        }
        return recurrence.derivatives(dA, dQ, from: pass, arrays, toInputs: toInputs)
    }

    /// Forward through time, of tangents.
    @specialized(where S == Double)
    @specialized(where S == Float)
    public func pushForward<S: Scalar>(
        _ inputTangents: [Matrix<S>], _ parameterTangents: [Matrix<S>], from pass: LayerPass<S>,
        _ numbers: LayerNumbers<S>, _ run: Run
    ) -> Matrix<S> {
        let (arrays, steps, m) = (numbers.parameters, recurrence.steps, pass.input.rows)
        let before = recurrence.hidden(pass)
        let (dA, dQ) = recurrence.sumTangents(
            inputTangents[0], parameterTangents, from: pass, arrays)
        var h: Matrix<S> = recurrence.zeros(m)
        var hidden: Matrix<S> = recurrence.zeros(m * steps)
        for step in 0..<steps {
            let time = recurrence.time(ofStep: step)
            var q = dQ.step(time, of: steps)
            q.add(h.times(arrays[1].transposed))
            push(
                &h, dA.step(time, of: steps), q, through: pass.kept[0].step(time, of: steps),
                pass.kept[1].step(time, of: steps), recurrence.before(step, before))
            hidden.setStep(step, of: steps, to: h)
        }
        return recurrence.output(hidden)
    }
}

// One step, number by number.
extension GRU {
    /// h in place, the arguments of the gates' functions in the place of A, and Q_n.
    @inline(__always)
    private func take<S: Scalar>(
        _ a: inout Matrix<S>, _ q: Matrix<S>, _ h: inout Matrix<S>
    ) -> Matrix<S> {
        let units = recurrence.units
        return Matrix(rows: h.rows, columns: units) { candidate in
            a.changeNumbers(q, q) { a, q, _ in
                h.storage.withUnsafeMutableBufferPointer { h in
                    for index in h.indices {
                        let at = Gates(index, units, resetFirst)
                        a[at.z] += q[at.z]
                        a[at.r] += q[at.r]
                        a[at.n] += logistic(a[at.r]) * q[at.n]
                        candidate.initializeElement(at: index, to: q[at.n])
                        // 1 − z is σ(−Z), which keeps its digits where z is 1 to rounding.
                        h[index] =
                            logistic(a[at.z]) * h[index] + logistic(-a[at.z]) * S.tanh(a[at.n])
                    }
                }
            }
        }
    }

    /// dQ; dA in the place of the functions' arguments, and in that of dH what reaches the h before
    /// past the gates.
    @inline(__always)
    private func pullBack<S: Scalar>(
        _ dH: inout Matrix<S>, through a: inout Matrix<S>, _ candidate: Matrix<S>,
        _ before: Matrix<S>
    ) -> Matrix<S> {
        let units = recurrence.units
        var dQ = a
        dQ.storage.withUnsafeMutableBufferPointer { dQ in
            a.changeNumbers(candidate, before) { a, candidate, before in
                dH.storage.withUnsafeMutableBufferPointer { dH in
                    for index in dH.indices {
                        let at = Gates(index, units, resetFirst)
                        let (z, r, n) = (a[at.z], a[at.r], a[at.n])
                        a[at.n] = dH[index] * logistic(-z) * tanhSlope(n)
                        a[at.z] = dH[index] * (before[index] - S.tanh(n)) * logisticSlope(z)
                        a[at.r] = a[at.n] * candidate[index] * logisticSlope(r)
                        (dQ[at.z], dQ[at.r]) = (a[at.z], a[at.r])
                        dQ[at.n] = a[at.n] * logistic(r)
                        dH[index] *= logistic(z)
                    }
                }
            }
        }
        return dQ
    }

    /// The tangent of h in place, from those of A and Q.
    @inline(__always)
    private func push<S: Scalar>(
        _ dH: inout Matrix<S>, _ dA: Matrix<S>, _ dQ: Matrix<S>, through a: Matrix<S>,
        _ candidate: Matrix<S>, _ before: Matrix<S>
    ) {
        let units = recurrence.units
        dH.changeNumbers(candidate, before) { dH, candidate, before in
            a.withNumbers(dA, dQ) { a, dA, dQ in
                for index in dH.indices {
                    let at = Gates(index, units, resetFirst)
                    let (z, r, n) = (a[at.z], a[at.r], a[at.n])
                    let dz = logisticSlope(z) * (dA[at.z] + dQ[at.z])
                    let dr = logisticSlope(r) * (dA[at.r] + dQ[at.r])
                    let dn =
                        tanhSlope(n)
                        * (dA[at.n] + dr * candidate[index] + logistic(r) * dQ[at.n])
                    dH[index] =
                        dz * (before[index] - S.tanh(n)) + logistic(z) * dH[index]
                        + logistic(-z) * dn
                }
            }
        }
    }

    /// Where the gates of one number of h stand in A and Q.
    private struct Gates {
        let z, r, n: Int

        @inline(__always)
        init(_ index: Int, _ units: Int, _ resetFirst: Bool) {
            let first = index / units * (3 * units) + index % units
            (z, r) = resetFirst ? (first + units, first) : (first, first + units)
            n = first + 2 * units
        }
    }
}
