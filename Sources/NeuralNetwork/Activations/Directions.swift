// The directions through an activation. What a function does in them stands side by side in
// `Activation.run`, once for each.

extension Activation {
    /// Forward: `A = g(Z)`.
    @specialized(where S == Double)
    @specialized(where S == Float)
    public func evaluate<S: Scalar>(at z: Matrix<S>) -> Matrix<S> {
        run(.forward(z))
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
        run(.backward(dA, z, a))
    }

    /// How A changes when Z changes by `dZ`: the product of g's Jacobian with dZ.
    ///
    /// Every Jacobian but that of log-softmax is symmetric, so that it is `pullBack` of dZ.
    @specialized(where S == Double)
    @specialized(where S == Float)
    public func pushForward<S: Scalar>(
        _ dZ: Matrix<S>, through z: Matrix<S>, _ a: Matrix<S>
    ) -> Matrix<S> {
        self == .logSoftmax ? logSoftmaxPushForward(dZ, z) : run(.backward(dZ, z, a))
    }

    @inline(__always)
    private func run<S: Scalar>(_ direction: Direction<S>) -> Matrix<S> {
        switch self {
        case .linear:
            return direction.through({ $0 }, pullBack: { dA, _, _ in dA })
        case .relu, .celu(alpha: 0):
            return direction.through(positivePart, slope: { step($0, from: 0, to: 1) })
        case .leakyReLU(let slope):
            let slope = S(slope)
            return direction.through(
                { $0 > 0 ? $0 : slope * $0 }, slope: { step($0, from: slope, to: 1) })
        case .sigmoid:
            return direction.through(logistic, slope: logisticSlope)
        case .tanh:
            return direction.through(S.tanh, slope: tanhSlope)
        case .softmax:
            return direction.through(
                { $0.mapRows(softmaxOfRow) }, pullBack: { dA, _, a in softmaxPullBack(dA, a) })
        case .softplus:
            return direction.through(softPlus, slope: logistic)
        case .elu(let alpha):
            let alpha = S(alpha)
            return direction.through(
                { $0 > 0 ? $0 : alpha * S.expm1($0) }, slope: { $0 > 0 ? 1 : alpha * S.exp($0) })
        case .silu:
            return direction.through(
                { $0 * logistic($0) }, slope: { logistic($0) * (1 + $0 * logistic(-$0)) })
        case .gelu(approximate: false):
            return direction.through(
                { $0 * normalDistribution($0) },
                slope: { normalDistribution($0) + $0 * normalDensity($0) })
        case .gelu(approximate: true):
            return direction.through(geluByTanh, slope: geluByTanhSlope)
        case .selu:
            let (scale, alpha) = (S(1.0507009873554804934), S(1.6732632423543772848))
            return direction.through(
                { scale * ($0 > 0 ? $0 : alpha * S.expm1($0)) },
                slope: { scale * ($0 > 0 ? 1 : alpha * S.exp($0)) })
        case .celu(let alpha):
            let alpha = S(alpha)
            return direction.through(
                { $0 > 0 ? $0 : alpha * S.expm1($0 / alpha) },
                slope: { $0 > 0 ? 1 : S.exp($0 / alpha) })
        case .relu6:  // PyTorch's slope at 6 is 0.
            return direction.through(
                { clip($0, 0, 6) }, slope: { $0 > 6 ? 0 : step($0, from: 0, to: 1) })
        case .hardTanh:  // PyTorch's slope at 1 is 0.
            return direction.through(
                { clip($0, -1, 1) }, slope: { $0 > 1 ? 0 : step($0, at: -1, from: 0, to: 1) })
        case .hardSigmoid:  // PyTorch's slope at 3 is 0.
            return direction.through(
                hardLogistic, slope: { $0 > 3 ? 0 : step($0, at: -3, from: 0, to: 1 / 6) })
        case .hardSiLU:  // PyTorch's slope at 3 is 1.
            return direction.through(
                { $0 * hardLogistic($0) },
                slope: { $0 <= -3 ? 0 : $0 > 3 ? 1 : $0 / 3 + 1 / 2 })
        case .softsign:
            return direction.through(
                { $0 / (1 + abs($0)) }, slope: { 1 / (1 + abs($0)) / (1 + abs($0)) })
        case .mish:
            return direction.through(
                { $0 * tanhOfSoftPlus($0) },
                slope: { tanhOfSoftPlus($0) + $0 * tanhOfSoftPlusSlope($0) })
        case .logSoftmax:
            return direction.through(
                { LogSoftmax($0).matrix }, pullBack: { dA, z, _ in logSoftmaxPullBack(dA, z) })
        }
    }
}

/// Forward or backward, with what that takes.
private enum Direction<S: Scalar> {
    case forward(_ z: Matrix<S>)
    case backward(_ dA: Matrix<S>, _ z: Matrix<S>, _ a: Matrix<S>)

    /// Through a function of each number: one loop over the whole buffer, the function inlined.
    @inline(__always)
    func through(_ value: (S) -> S, slope: (S) -> S) -> Matrix<S> {
        switch self {
        case .forward(let z): return z.map(value)
        case .backward(let dA, let z, _):
            // Two loops, and the product made in any case: so that there is no branch in them.
            return z.map(slope).combined(with: dA) { slope, dA in
                let product = dA * slope
                return slope == 0 ? 0 : product
            }
        }
    }

    /// Through a function of whole rows.
    @inline(__always)
    func through(
        _ value: (Matrix<S>) -> Matrix<S>,
        pullBack: (_ dA: Matrix<S>, _ z: Matrix<S>, _ a: Matrix<S>) -> Matrix<S>
    ) -> Matrix<S> {
        switch self {
        case .forward(let z): value(z)
        case .backward(let dA, let z, let a): pullBack(dA, z, a)
        }
    }
}
