// What a loss does with numbers. Value and slope stand side by side in `Loss.run`, once for each.

extension Loss {
    /// Every example's loss, given Z, A and the activation of the last layer.
    ///
    /// `targets` are `[m, outputs]`; class indices are made one-hot first (`Matrix.oneHot`).
    @specialized(where S == Double)
    @specialized(where S == Float)
    public func evaluate<S: Scalar>(
        preActivation z: Matrix<S>, activation a: Matrix<S>, through activation: Activation,
        targets: Matrix<S>
    ) -> [S] {
        run(Values(layer: LastLayer(z: z, a: a, activation: activation, y: smoothed(targets))))
    }

    /// dA and dZ of the last layer: the derivatives of each example's own loss.
    ///
    /// Cross-entropy after sigmoid or softmax gives dZ from Z in one step, so that it stays exact
    /// where A is 0 or 1 to rounding. At a kink of a loss the slope is 0.
    @specialized(where S == Double)
    @specialized(where S == Float)
    public func gradients<S: Scalar>(
        preActivation z: Matrix<S>, activation a: Matrix<S>, through activation: Activation,
        targets: Matrix<S>
    ) -> (dA: Matrix<S>, dZ: Matrix<S>) {
        run(Derivatives(layer: LastLayer(z: z, a: a, activation: activation, y: smoothed(targets))))
    }

    @inline(__always)
    private func run<S, Pass: LossPass<S>>(_ pass: Pass) -> Pass.Result {
        let n = S(pass.layer.a.columns)
        switch self {
        case .binaryCrossentropy(let fromLogits, let outputs, _):
            return pass.through(
                BinaryCrossentropy(
                    pass.layer.activation, fromLogits: fromLogits, outputs: outputs))
        case .categoricalCrossentropy(let fromLogits, _),
            .sparseCategoricalCrossentropy(let fromLogits, _):
            return pass.through(
                CategoricalCrossentropy(pass.layer.activation, fromLogits: fromLogits))
        case .meanSquaredError:
            return pass.through({ ($0 - $1) * ($0 - $1) / n }, slope: { 2 * ($0 - $1) / n })
        case .halfSquaredError:
            return pass.through({ ($0 - $1) * ($0 - $1) / 2 }, slope: { $0 - $1 })
        case .meanAbsoluteError:
            return pass.through({ abs($0 - $1) / n }, slope: { sign($0 - $1) / n })
        case .huber(let delta):
            let delta = S(delta)
            return pass.through(
                {
                    let e = abs($0 - $1)
                    return (e <= delta ? e * e / 2 : delta * (e - delta / 2)) / n
                }, slope: { clip($0 - $1, -delta, delta) / n })
        case .smoothL1(let beta):
            let beta = S(beta)
            return pass.through(
                {
                    let e = abs($0 - $1)
                    return (e < beta ? e * e / (2 * beta) : e - beta / 2) / n
                },
                slope: {
                    let e = $0 - $1
                    return (abs(e) < beta ? e / beta : sign(e)) / n
                })
        case .logCosh:
            return pass.through({ logOfCosh($0 - $1) / n }, slope: { S.tanh($0 - $1) / n })
        case .poisson(logInput: false):
            return pass.through(
                { ($0 - weighted($1, by: S.log($0))) / n },
                slope: { (1 - weighted($1, by: 1 / $0)) / n })
        case .poisson(logInput: true):
            return pass.through(
                { (S.exp($0) - $1 * $0) / n }, slope: { (S.exp($0) - $1) / n })
        case .hinge:
            return pass.through(
                { positivePart(1 - $1 * $0) / n },
                slope: { (0 - $1 * step(1 - $1 * $0, from: 0, to: 1)) / n })
        case .squaredHinge:
            return pass.through(
                { positivePart(1 - $1 * $0) * positivePart(1 - $1 * $0) / n },
                slope: { (0 - 2 * $1 * positivePart(1 - $1 * $0)) / n })
        case .categoricalHinge:
            return pass.through(CategoricalHinge())
        case .klDivergence:
            return pass.through(KLDivergence(pass.layer.activation))
        case .cosineSimilarity:
            return pass.through(CosineSimilarity())
        case .binaryFocalCrossentropy(let focus):
            return pass.through(BinaryFocalCrossentropy(pass.layer.activation, focus))
        }
    }
}

/// The last layer and what it should have given.
struct LastLayer<S: Scalar> {
    let z: Matrix<S>
    let a: Matrix<S>
    let activation: Activation
    /// The targets, as label smoothing has made them.
    let y: Matrix<S>
}

/// A loss that is more than a sum of one term for each output.
protocol LossFunction<S> {
    associatedtype S: Scalar
    func losses(_ layer: LastLayer<S>) -> [S]
    func gradients(_ layer: LastLayer<S>) -> (dA: Matrix<S>, dZ: Matrix<S>)
}

/// What is made of a loss: its values or its derivatives.
private protocol LossPass<S> {
    associatedtype S: Scalar
    associatedtype Result
    var layer: LastLayer<S> { get }
    /// Of a loss that adds up a term for each output, given aₖ and yₖ, with its slope by aₖ.
    func through(_ term: (S, S) -> S, slope: (S, S) -> S) -> Result
    func through(_ loss: some LossFunction<S>) -> Result
}

private struct Values<S: Scalar>: LossPass {
    let layer: LastLayer<S>

    @inline(__always)
    func through(_ term: (S, S) -> S, slope: (S, S) -> S) -> [S] {
        rowSums(layer.a, layer.y, term)
    }

    @inline(__always)
    func through(_ loss: some LossFunction<S>) -> [S] { loss.losses(layer) }
}

private struct Derivatives<S: Scalar>: LossPass {
    let layer: LastLayer<S>

    @inline(__always)
    func through(_ term: (S, S) -> S, slope: (S, S) -> S) -> (dA: Matrix<S>, dZ: Matrix<S>) {
        let dA = layer.a.combined(with: layer.y, slope)
        return (dA, layer.activation.pullBack(dA, through: layer.z, layer.a))
    }

    @inline(__always)
    func through(_ loss: some LossFunction<S>) -> (dA: Matrix<S>, dZ: Matrix<S>) {
        loss.gradients(layer)
    }
}

/// The sum over each row of `term`, of the numbers of two matrices of one shape.
@inline(__always)
func rowSums<S: Scalar>(_ a: Matrix<S>, _ y: Matrix<S>, _ term: (S, S) -> S) -> [S] {
    precondition(a.rows == y.rows && a.columns == y.columns)
    let columns = a.columns
    return a.elements.withUnsafeBufferPointer { a in
        y.elements.withUnsafeBufferPointer { y in
            stride(from: 0, to: a.count, by: columns).map { start in
                var sum: S = 0
                for i in start..<(start + columns) { sum += term(a[i], y[i]) }
                return sum
            }
        }
    }
}
