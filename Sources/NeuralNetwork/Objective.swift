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
        let end = layers.count - 1
        let units = layers[end].lastAxis
        let a = pass.layers[end].activation.split(columns: units)
        let rows =
            pass.layers[end].isActivationGiven
            ? objective.loss.evaluate(
                preActivation: a, activation: a, through: layers[end].activationOfGiven,
                targets: objective.targets)
            : objective.loss.evaluate(
                preActivation: pass.layers[end].preActivation.split(columns: units),
                activation: a, through: layers[end].activation, targets: objective.targets)
        return objective.examples(rows, pass.examples)
    }

    /// dA and dZ of the last layer, of each example's own loss.
    @specialized(where S == Double)
    @specialized(where S == Float)
    public func outputGradients(
        of pass: ForwardPass<S>, _ objective: Objective<S>
    ) -> (dA: Matrix<S>, dZ: Matrix<S>) {
        let end = layers.count - 1
        let (units, m) = (layers[end].lastAxis, pass.examples)
        let a = pass.layers[end].activation.split(columns: units)
        if pass.layers[end].isActivationGiven {
            let own = objective.loss.gradients(
                preActivation: a, activation: a, through: layers[end].activationOfGiven,
                targets: objective.targets)
            let dA = objective.weighted(own.dA, m).split(rows: m)
            return (dA, layers[end].pullBack(dA, through: pass.layers[end]))
        }
        let (dA, dZ) = objective.loss.gradients(
            preActivation: pass.layers[end].preActivation.split(columns: units),
            activation: a, through: layers[end].activation, targets: objective.targets)
        return (
            objective.weighted(dA, m).split(rows: m), objective.weighted(dZ, m).split(rows: m)
        )
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
    /// Lᵢ of the losses of all rows.
    fileprivate func examples(_ rows: [S], _ m: Int) -> [S] {
        let positions = rows.count / m
        guard let factor = factor(positions: positions) else { return rows }
        return (0..<m).map { i in
            (i * positions..<(i + 1) * positions).reduce(into: 0) { sum, row in
                sum += factor(row) == 0 ? 0 : factor(row) * rows[row]  // 0·∞ is 0 here.
            }
        }
    }

    /// Each row by its factor.
    fileprivate func weighted(_ gradient: Matrix<S>, _ m: Int) -> Matrix<S> {
        guard let factor = factor(positions: gradient.rows / m) else { return gradient }
        return Matrix(rows: gradient.rows, columns: gradient.columns) { result in
            for row in 0..<gradient.rows {
                let f = factor(row)
                for i in (row * gradient.columns)..<((row + 1) * gradient.columns) {
                    result.initializeElement(at: i, to: f == 0 ? 0 : f * gradient.elements[i])
                }
            }
        }
    }
}
