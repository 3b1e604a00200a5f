// The directions through an activation. What a function does in them stands side by side in
// `Activation.run`, once for each.

extension Activation {
    /// Forward: `A = g(Z)`.
    @specialized(where S == Double)
    @specialized(where S == Float)
    public func evaluate<S: Scalar>(at z: Matrix<S>) -> Matrix<S> {
        var a = Matrix<S>.empty
        evaluate(at: z, into: &a)
        return a
    }

    /// Forward, in the memory of an A before.
    @specialized(where S == Double)
    @specialized(where S == Float)
    func evaluate<S: Scalar>(at z: Matrix<S>, into a: inout Matrix<S>) {
        run(.forward(z), into: &a)
    }

    /// Backward: `dZ` from `dA`, the product of dA with g's Jacobian; `dZ = dA ∘ g′(Z)` where g is
    /// of each number.
    ///
    /// At a kink the slope is that on its left. A slope of 0 gives 0, whatever dA.
    @specialized(where S == Double)
    @specialized(where S == Float)
    public func pullBack<S: Scalar>(
        _ dA: Matrix<S>, through z: Matrix<S>, _ a: Matrix<S>
    ) -> Matrix<S> {
        var dZ = Matrix<S>.empty
        pullBack(dA, through: z, a, into: &dZ)
        return dZ
    }

    /// Backward, in the memory of a dZ before.
    @specialized(where S == Double)
    @specialized(where S == Float)
    func pullBack<S: Scalar>(
        _ dA: Matrix<S>, through z: Matrix<S>, _ a: Matrix<S>, into dZ: inout Matrix<S>
    ) {
        run(.backward(dA, z, a), into: &dZ)
    }

    /// How A changes when Z changes by `dZ`: the product of g's Jacobian with dZ.
    ///
    /// Every Jacobian but that of log-softmax is symmetric, so that it is `pullBack` of dZ.
    @specialized(where S == Double)
    @specialized(where S == Float)
    public func pushForward<S: Scalar>(
        _ dZ: Matrix<S>, through z: Matrix<S>, _ a: Matrix<S>
    ) -> Matrix<S> {
        self == .logSoftmax ? logSoftmaxPushForward(dZ, z) : pullBack(dZ, through: z, a)
    }

    @inline(__always)
    private func run<S: Scalar>(_ direction: Direction<S>, into result: inout Matrix<S>) {
        switch self {
        case .linear:
            direction.through(&result, { $1 = $0 }, pullBack: { $3 = $0 })
        case .relu, .celu(alpha: 0):
            direction.through(&result, positivePart, slope: { step($0, from: 0, to: 1) })
        case .leakyReLU(let slope):
            let slope = S(slope)
            direction.through(
                &result, { $0 > 0 ? $0 : slope * $0 }, slope: { step($0, from: slope, to: 1) })
        case .sigmoid:
            direction.through(&result, logistic, slope: logisticSlope)
        case .tanh:
            direction.through(&result, S.tanh, slope: tanhSlope)
        case .softmax:
            direction.through(
                &result, { $0.mapRows(softmaxOfRow, into: &$1) },
                pullBack: { dA, _, a, dZ in softmaxPullBack(dA, a, into: &dZ) })
        case .softplus:
            direction.through(&result, softPlus, slope: logistic)
        case .elu(let alpha):
            let alpha = S(alpha)
            direction.through(
                &result, { $0 > 0 ? $0 : alpha * S.expm1($0) },
                slope: { $0 > 0 ? 1 : alpha * S.exp($0) })
        case .silu:
            direction.through(
                &result, { $0 * logistic($0) }, slope: { logistic($0) * (1 + $0 * logistic(-$0)) })
        case .gelu(approximate: false):
            direction.through(
                &result, { $0 * normalDistribution($0) },
                slope: { normalDistribution($0) + $0 * normalDensity($0) })
        case .gelu(approximate: true):
            direction.through(&result, geluByTanh, slope: geluByTanhSlope)
        case .selu:
            let (scale, alpha) = (S(1.0507009873554804934), S(1.6732632423543772848))
            direction.through(
                &result, { scale * ($0 > 0 ? $0 : alpha * S.expm1($0)) },
                slope: { scale * ($0 > 0 ? 1 : alpha * S.exp($0)) })
        case .celu(let alpha):
            let alpha = S(alpha)
            direction.through(
                &result, { $0 > 0 ? $0 : alpha * S.expm1($0 / alpha) },
                slope: { $0 > 0 ? 1 : S.exp($0 / alpha) })
        case .relu6:  // PyTorch's slope at 6 is 0.
            direction.through(
                &result, { clip($0, 0, 6) }, slope: { $0 > 6 ? 0 : step($0, from: 0, to: 1) })
        case .hardTanh:  // PyTorch's slope at 1 is 0.
            direction.through(
                &result, { clip($0, -1, 1) },
                slope: { $0 > 1 ? 0 : step($0, at: -1, from: 0, to: 1) })
        case .hardSigmoid:  // PyTorch's slope at 3 is 0.
            direction.through(
                &result,
                hardLogistic, slope: { $0 > 3 ? 0 : step($0, at: -3, from: 0, to: 1 / 6) })
        case .hardSiLU:  // PyTorch's slope at 3 is 1.
            direction.through(
                &result, { $0 * hardLogistic($0) },
                slope: { $0 <= -3 ? 0 : $0 > 3 ? 1 : $0 / 3 + 1 / 2 })
        case .softsign:
            direction.through(
                &result, { $0 / (1 + abs($0)) }, slope: { 1 / (1 + abs($0)) / (1 + abs($0)) })
        case .mish:
            direction.through(
                &result, { $0 * tanhOfSoftPlus($0) },
                slope: { tanhOfSoftPlus($0) + $0 * tanhOfSoftPlusSlope($0) })
        case .logSoftmax:
            direction.through(
                &result, { $0.mapRows(logSoftmaxOfRow, into: &$1) },
                pullBack: { dA, z, _, dZ in dZ = logSoftmaxPullBack(dA, z) })
        }
    }
}

/// Forward or backward, with what that takes; what it comes to is written into a matrix.
private enum Direction<S: Scalar> {
    case forward(_ z: Matrix<S>)
    case backward(_ dA: Matrix<S>, _ z: Matrix<S>, _ a: Matrix<S>)

    /// Through a function of each number: one loop over the whole buffer, the function inlined.
    @inline(__always)
    func through(_ result: inout Matrix<S>, _ value: (S) -> S, slope: (S) -> S) {
        switch self {
        case .forward(let z): z.map(value, into: &result)
        case .backward(let dA, let z, _):
            // Two loops, and the product made in any case: so that there is no branch in them.
            z.map(slope, into: &result)
            result.update(with: dA) { slope, dA in
                let product = dA * slope
                slope = slope == 0 ? 0 : product
            }
        }
    }

    /// Through a function of whole rows.
    @inline(__always)
    func through(
        _ result: inout Matrix<S>, _ value: (_ z: Matrix<S>, _ a: inout Matrix<S>) -> Void,
        pullBack: (_ dA: Matrix<S>, _ z: Matrix<S>, _ a: Matrix<S>, _ dZ: inout Matrix<S>) -> Void
    ) {
        switch self {
        case .forward(let z): value(z, &result)
        case .backward(let dA, let z, let a): pullBack(dA, z, a, &result)
        }
    }
}
