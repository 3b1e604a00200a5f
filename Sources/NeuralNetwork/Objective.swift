/// What a network's outputs are held against: a loss, the targets, and what each of them weighs.
///
/// An example whose output has more axes than one, `[time, classes]` say, has a loss at each
/// position; its own loss Lᵢ is their mean.
public struct Objective<S: Scalar>: Sendable {
    public let loss: Loss
    /// `[m · positions, outputs]`, each row a position.
    public let targets: Matrix<S>
    /// What each row's loss is multiplied by, 1 for nil: sample weights and class weights.
    public let weights: [S]?

    public init(loss: Loss, targets: Matrix<S>, weights: [S]? = nil) {
        precondition(weights == nil || weights?.count == targets.rows)
        self.loss = loss
        self.targets = targets
        self.weights = weights
    }

    /// The targets of some of m examples.
    public func rows(_ range: Range<Int>, of m: Int) -> Objective {
        let positions = targets.rows / m
        let rows = (range.lowerBound * positions)..<(range.upperBound * positions)
        return Objective(
            loss: loss, targets: targets.rows(rows), weights: weights.map { Array($0[rows]) })
    }

    /// The targets of some of m examples, in the order of their indices.
    public func rows(at indices: ArraySlice<Int>, of m: Int) -> Objective {
        let gathered = targets.split(rows: m).rows(at: indices)
        return Objective(
            loss: loss, targets: gathered.split(columns: targets.columns),
            weights: weights.map { weights in
                Matrix(rows: m, columns: weights.count / m, elements: weights).rows(at: indices)
                    .elements
            })
    }

    /// The factor of each row's loss within its example's: its weight, over the positions.
    private func factor(positions: Int) -> ((Int) -> S)? {
        let share = 1 / S(positions)
        if let weights { return { weights[$0] * share } }
        return positions == 1 ? nil : { _ in share }
    }
}

extension Network {
    /// Every example's loss.
    @specialized(where S == Double)
    @specialized(where S == Float)
    public func losses(of pass: ForwardPass<S>, _ objective: Objective<S>) -> [S] {
        var losses: [S] = []
        evaluate(objective, of: pass, losses: &losses)
        return losses
    }

    /// Every example's loss, in the memory of losses before.
    @specialized(where S == Double)
    @specialized(where S == Float)
    public func evaluate(
        _ objective: Objective<S>, of pass: ForwardPass<S>, losses: inout [S]
    ) {
        var terms = LossTerms<S>()
        swap(&terms.losses, &losses)
        evaluate(objective, of: pass, .losses, into: &terms)
        swap(&terms.losses, &losses)
    }

    /// dA and dZ of the last layer, of each example's own loss.
    @specialized(where S == Double)
    @specialized(where S == Float)
    public func outputGradients(
        of pass: ForwardPass<S>, _ objective: Objective<S>
    ) -> (dA: Matrix<S>, dZ: Matrix<S>) {
        var terms = LossTerms<S>()
        evaluate(objective, of: pass, .gradients, into: &terms)
        return (terms.dA, terms.dZ)
    }

    /// What is wanted of each example's own loss, in memory of before.
    func evaluate(
        _ objective: Objective<S>, of pass: ForwardPass<S>, _ wanted: LossTerms<S>.Kinds,
        into terms: inout LossTerms<S>
    ) {
        let end = layers.count - 1
        let (units, m) = (layers[end].lastAxis, pass.examples)
        let a = pass.layers[end].activation.split(columns: units)
        let isGiven = pass.layers[end].isActivationGiven
        let last = LastLayer(
            z: isGiven ? a : pass.layers[end].preActivation.split(columns: units), a: a,
            activation: isGiven ? layers[end].activationOfGiven : layers[end].activation,
            objective.targets)
        objective.loss.evaluate(last, wanted, into: &terms)
        if wanted.contains(.losses) { objective.join(&terms.losses, m) }
        guard wanted.contains(.gradients) else { return }
        objective.weigh(&terms.dA, m)
        if isGiven {
            layers[end].pullBack(terms.dA, through: pass.layers[end], into: &terms.dZ)
        } else {
            objective.weigh(&terms.dZ, m)
        }
    }
}

extension NetworkLayer {
    /// What a loss is told of the activation where A is a caller's: as it may not belong to Z, the
    /// loss is of A alone, which still is logarithms after log-softmax.
    fileprivate var activationOfGiven: Activation {
        activation == .logSoftmax ? .logSoftmax : .linear
    }
}

extension Objective {
    /// Makes Lᵢ of the losses of all rows.
    fileprivate func join(_ rows: inout [S], _ m: Int) {
        let positions = rows.count / m
        guard let factor = factor(positions: positions) else { return }
        rows = (0..<m).map { i in
            (i * positions..<(i + 1) * positions).reduce(into: 0) { sum, row in
                sum += factor(row) == 0 ? 0 : factor(row) * rows[row]  // 0·∞ is 0 here.
            }
        }
    }

    /// Multiplies each row by its factor, and makes a row of each of m examples.
    fileprivate func weigh(_ gradient: inout Matrix<S>, _ m: Int) {
        if let factor = factor(positions: gradient.rows / m) {
            let columns = gradient.columns
            gradient.withMutableNumbers { numbers in
                for row in 0..<(columns == 0 ? 0 : numbers.count / columns) {
                    let f = factor(row)
                    for i in (row * columns)..<((row + 1) * columns) {
                        numbers[i] = f == 0 ? 0 : f * numbers[i]
                    }
                }
            }
        }
        gradient.reshape(rows: m)
    }
}
