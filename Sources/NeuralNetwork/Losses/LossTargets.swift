extension Loss {
    /// What the targets of a loss must be.
    public enum TargetKind: String, Sendable {
        /// From 0 to 1, each for itself.
        case probabilities
        /// A row's probabilities of the classes. Not negative; above 1 they weigh an example.
        case distribution
        case nonNegative = "non_negative"
        /// Whole numbers from 0, one an example, which `Matrix.oneHot` makes targets of.
        case classIndices = "class_indices"
        /// −1 or 1.
        case signs
        case any
    }

    public var targetKind: TargetKind {
        switch self {
        case .binaryCrossentropy, .binaryFocalCrossentropy, .categoricalHinge: .probabilities
        case .categoricalCrossentropy, .klDivergence: .distribution
        case .sparseCategoricalCrossentropy: .classIndices
        case .poisson: .nonNegative
        case .hinge, .squaredHinge: .signs
        case .meanSquaredError, .halfSquaredError, .meanAbsoluteError, .huber, .smoothL1, .logCosh,
            .cosineSimilarity:
            .any
        }
    }

    /// Whether the loss is told to take A for logits.
    public var fromLogits: Bool {
        switch self {
        case .binaryCrossentropy(let fromLogits, _, _), .categoricalCrossentropy(let fromLogits, _),
            .sparseCategoricalCrossentropy(let fromLogits, _):
            fromLogits
        case .binaryFocalCrossentropy(let focus): focus.fromLogits
        case .meanSquaredError, .halfSquaredError, .meanAbsoluteError, .huber, .smoothL1, .logCosh,
            .poisson, .hinge, .squaredHinge, .categoricalHinge, .klDivergence, .cosineSimilarity:
            false
        }
    }

    /// Whether a last layer with this activation gives what `fromLogits` takes for logits: a linear
    /// one, and for softmax's logits log-softmax too, which done twice is the same as done once.
    public func acceptsLogits(after activation: Activation) -> Bool {
        switch self {
        case .categoricalCrossentropy, .sparseCategoricalCrossentropy:
            activation == .linear || activation == .logSoftmax
        case .binaryCrossentropy, .binaryFocalCrossentropy: activation == .linear
        case .meanSquaredError, .halfSquaredError, .meanAbsoluteError, .huber, .smoothL1, .logCosh,
            .poisson, .hinge, .squaredHinge, .categoricalHinge, .klDivergence, .cosineSimilarity:
            false
        }
    }

    /// The targets with label smoothing (Szegedy et al., 2016): `y·(1 − s) + s/n` where the n
    /// outputs are one distribution, and s/2 where each is a probability of its own.
    func smoothed<S: Scalar>(_ targets: Matrix<S>) -> Matrix<S> {
        let smoothing: Double
        let classes: Int
        switch self {
        case .binaryCrossentropy(_, _, let s): (smoothing, classes) = (s, 2)
        case .binaryFocalCrossentropy(let focus): (smoothing, classes) = (focus.labelSmoothing, 2)
        case .categoricalCrossentropy(_, let s), .sparseCategoricalCrossentropy(_, let s):
            (smoothing, classes) = (s, targets.columns)
        case .meanSquaredError, .halfSquaredError, .meanAbsoluteError, .huber, .smoothL1, .logCosh,
            .poisson, .hinge, .squaredHinge, .categoricalHinge, .klDivergence, .cosineSimilarity:
            return targets
        }
        guard smoothing > 0 else { return targets }
        let (s, share) = (S(smoothing), S(smoothing) / S(classes))
        return targets.map { $0 * (1 - s) + share }
    }
}

extension Matrix {
    /// Class indices as targets: row i is 1 in column `classes[i]`, 0 elsewhere.
    @specialized(where S == Double)
    @specialized(where S == Float)
    public static func oneHot(_ classes: [Int], of count: Int) -> Matrix {
        var targets = Matrix(rows: classes.count, columns: count, repeating: 0)
        for (row, column) in classes.enumerated() { targets[row, column] = 1 }
        return targets
    }
}

extension Loss {
    /// Whether its targets are classes or their probabilities, so that a class can have a weight.
    public var hasClasses: Bool {
        switch targetKind {
        case .probabilities, .distribution, .classIndices: true
        case .nonNegative, .signs, .any: false
        }
    }

    /// Whether the loss takes a logarithm of A, so that A must not be one already; the divergence
    /// after log-softmax takes A for what it is.
    public var takesLogarithm: Bool {
        switch self {
        case .binaryCrossentropy, .binaryFocalCrossentropy, .categoricalCrossentropy,
            .sparseCategoricalCrossentropy:
            true
        case .poisson(let logInput): !logInput
        case .meanSquaredError, .halfSquaredError, .meanAbsoluteError, .huber, .smoothL1, .logCosh,
            .cosineSimilarity, .hinge, .squaredHinge, .categoricalHinge, .klDivergence:
            false
        }
    }
}
