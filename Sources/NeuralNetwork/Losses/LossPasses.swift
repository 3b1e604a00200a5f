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
        var terms = LossTerms<S>()
        evaluate(LastLayer(z: z, a: a, activation: activation, targets), .losses, into: &terms)
        return terms.losses
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
        var terms = LossTerms<S>()
        evaluate(LastLayer(z: z, a: a, activation: activation, targets), .gradients, into: &terms)
        return (terms.dA, terms.dZ)
    }

    /// The losses, their derivatives, or both at once, which costs less, in memory of before.
    @specialized(where S == Double)
    @specialized(where S == Float)
    func evaluate<S: Scalar>(
        _ layer: LastLayer<S>, _ wanted: LossTerms<S>.Kinds, into terms: inout LossTerms<S>
    ) {
        let pass = LossPass(layer: layer.smoothed(by: self), wanted: wanted)
        run(pass, &terms)
    }

    @inline(__always)
    private func run<S>(_ pass: LossPass<S>, _ terms: inout LossTerms<S>) {
        let n = S(pass.layer.a.columns)
        switch self {
        case .binaryCrossentropy(let fromLogits, let outputs, _):
            pass.through(
                &terms,
                BinaryCrossentropy(
                    pass.layer.activation, fromLogits: fromLogits, outputs: outputs))
        case .categoricalCrossentropy(let fromLogits, _),
            .sparseCategoricalCrossentropy(let fromLogits, _):
            pass.through(
                &terms,
                CategoricalCrossentropy(pass.layer.activation, fromLogits: fromLogits))
        case .meanSquaredError:
            pass.through(&terms, { ($0 - $1) * ($0 - $1) / n }, slope: { 2 * ($0 - $1) / n })
        case .halfSquaredError:
            pass.through(&terms, { ($0 - $1) * ($0 - $1) / 2 }, slope: { $0 - $1 })
        case .meanAbsoluteError:
            pass.through(&terms, { abs($0 - $1) / n }, slope: { sign($0 - $1) / n })
        case .huber(let delta):
            let delta = S(delta)
            pass.through(
                &terms,
                {
                    let e = abs($0 - $1)
                    return (e <= delta ? e * e / 2 : delta * (e - delta / 2)) / n
                }, slope: { clip($0 - $1, -delta, delta) / n })
        case .smoothL1(let beta):
            let beta = S(beta)
            pass.through(
                &terms,
                {
                    let e = abs($0 - $1)
                    return (e < beta ? e * e / (2 * beta) : e - beta / 2) / n
                },
                slope: {
                    let e = $0 - $1
                    return (abs(e) < beta ? e / beta : sign(e)) / n
                })
        case .logCosh:
            pass.through(&terms, { logOfCosh($0 - $1) / n }, slope: { S.tanh($0 - $1) / n })
        case .poisson(logInput: false):
            pass.through(
                &terms,
                { ($0 - weighted($1, by: S.log($0))) / n },
                slope: { (1 - weighted($1, by: 1 / $0)) / n })
        case .poisson(logInput: true):
            pass.through(
                &terms,
                { (S.exp($0) - $1 * $0) / n }, slope: { (S.exp($0) - $1) / n })
        case .hinge:
            pass.through(
                &terms,
                { positivePart(1 - $1 * $0) / n },
                slope: { (0 - $1 * step(1 - $1 * $0, from: 0, to: 1)) / n })
        case .squaredHinge:
            pass.through(
                &terms,
                { positivePart(1 - $1 * $0) * positivePart(1 - $1 * $0) / n },
                slope: { (0 - 2 * $1 * positivePart(1 - $1 * $0)) / n })
        case .categoricalHinge:
            pass.through(&terms, CategoricalHinge())
        case .klDivergence:
            pass.through(&terms, KLDivergence(pass.layer.activation))
        case .cosineSimilarity:
            pass.through(&terms, CosineSimilarity())
        case .binaryFocalCrossentropy(let focus):
            pass.through(&terms, BinaryFocalCrossentropy(pass.layer.activation, focus))
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

    init(z: Matrix<S>, a: Matrix<S>, activation: Activation, _ targets: Matrix<S>) {
        self.z = z
        self.a = a
        self.activation = activation
        y = targets
    }

    fileprivate func smoothed(by loss: Loss) -> LastLayer {
        LastLayer(z: z, a: a, activation: activation, loss.smoothed(y))
    }
}

/// What a loss comes to on a batch: every example's loss, and dA and dZ of the last layer.
struct LossTerms<S: Scalar> {
    var losses: [S] = []
    var dA = Matrix<S>.empty
    var dZ = Matrix<S>.empty

    /// What is asked for.
    struct Kinds: OptionSet {
        let rawValue: Int
        static var losses: Kinds { Kinds(rawValue: 1) }
        static var gradients: Kinds { Kinds(rawValue: 2) }
    }
}

extension LossTerms {
    /// dA of slopes by aₖ, given aₖ and yₖ, and dZ through the activation.
    @inline(__always)
    mutating func setGradients(of layer: LastLayer<S>, slope: (S, S) -> S) {
        if layer.activation == .linear { dZ = .empty }  // It is dA too, which is written first.
        layer.a.combine(with: layer.y, slope, into: &dA)
        layer.activation.pullBack(dA, through: layer.z, layer.a, into: &dZ)
    }

    /// Calls `body` with the memory of what is wanted, still to be written: a loss for each row, and dA
    /// and dZ.
    mutating func rewrite(
        _ wanted: Kinds, rows: Int, columns: Int,
        _ body: (
            _ losses: UnsafeMutableBufferPointer<S>?,
            _ gradients: (dA: UnsafeMutableBufferPointer<S>, dZ: UnsafeMutableBufferPointer<S>)?
        ) -> Void
    ) {
        switch (wanted.contains(.losses), wanted.contains(.gradients)) {
        case (true, true):
            losses.rewrite(count: rows) { losses in
                dA.rewrite(rows: rows, columns: columns) { dA in
                    dZ.rewrite(rows: rows, columns: columns) { dZ in body(losses, (dA, dZ)) }
                }
            }
        case (true, false): losses.rewrite(count: rows) { body($0, nil) }
        case (false, true):
            dA.rewrite(rows: rows, columns: columns) { dA in
                dZ.rewrite(rows: rows, columns: columns) { dZ in body(nil, (dA, dZ)) }
            }
        case (false, false): break
        }
    }
}

/// A loss that is more than a sum of one term for each output.
protocol LossFunction<S> {
    associatedtype S: Scalar
    /// Writes what is wanted into memory of before.
    func evaluate(
        _ layer: LastLayer<S>, _ wanted: LossTerms<S>.Kinds, into terms: inout LossTerms<S>)
}

/// A loss whose losses and derivatives have nothing in common that is worth being made once.
protocol SeparateLossFunction<S>: LossFunction {
    func losses(_ layer: LastLayer<S>) -> [S]
    func gradients(_ layer: LastLayer<S>) -> (dA: Matrix<S>, dZ: Matrix<S>)
}

extension SeparateLossFunction {
    func evaluate(
        _ layer: LastLayer<S>, _ wanted: LossTerms<S>.Kinds, into terms: inout LossTerms<S>
    ) {
        if wanted.contains(.losses) { terms.losses = losses(layer) }
        if wanted.contains(.gradients) { (terms.dA, terms.dZ) = gradients(layer) }
    }
}

/// A loss on a batch, and what is wanted of it.
private struct LossPass<S: Scalar> {
    let layer: LastLayer<S>
    let wanted: LossTerms<S>.Kinds

    /// Of a loss that adds up a term for each output, given aₖ and yₖ, with its slope by aₖ.
    @inline(__always)
    func through(_ terms: inout LossTerms<S>, _ term: (S, S) -> S, slope: (S, S) -> S) {
        if wanted.contains(.losses) { sumRows(layer.a, layer.y, term, into: &terms.losses) }
        if wanted.contains(.gradients) { terms.setGradients(of: layer, slope: slope) }
    }

    @inline(__always)
    func through(_ terms: inout LossTerms<S>, _ loss: some LossFunction<S>) {
        loss.evaluate(layer, wanted, into: &terms)
    }
}

/// The sum over each row of `term`, of the numbers of two matrices of one shape.
@inline(__always)
func rowSums<S: Scalar>(_ a: Matrix<S>, _ y: Matrix<S>, _ term: (S, S) -> S) -> [S] {
    var sums: [S] = []
    sumRows(a, y, term, into: &sums)
    return sums
}

/// The same in the memory of sums before.
@inline(__always)
func sumRows<S: Scalar>(
    _ a: Matrix<S>, _ y: Matrix<S>, _ term: (S, S) -> S, into sums: inout [S]
) {
    precondition(a.rows == y.rows && a.columns == y.columns)
    let columns = a.columns
    a.withNumbers { a in
        y.withNumbers { y in
            sums.rewrite(count: columns == 0 ? 0 : a.count / columns) { sums in
                for row in sums.indices {
                    var sum: S = 0
                    for i in (row * columns)..<((row + 1) * columns) { sum += term(a[i], y[i]) }
                    sums.initializeElement(at: row, to: sum)
                }
            }
        }
    }
}
