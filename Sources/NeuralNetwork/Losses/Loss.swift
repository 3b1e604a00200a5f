/// The loss Lᵢ of one example, and its derivative with respect to the outputs.
///
/// The cost J, the mean of the losses over the batch, is made by `Convention` alone.
public enum Loss: Sendable, Hashable {
    case binaryCrossentropy(fromLogits: Bool, outputs: OutputReduction)
    case categoricalCrossentropy(fromLogits: Bool)
    case sparseCategoricalCrossentropy(fromLogits: Bool)
    case meanSquaredError
    case halfSquaredError
    case meanAbsoluteError
    case huber(delta: Double)

    /// How the terms of one example's outputs make its loss.
    public enum OutputReduction: String, CaseIterable, Sendable {
        /// Added, as in the course and in Nielsen's book: dZ[L] = A[L] − Y.
        case sum
        /// Averaged over the outputs, as Keras and PyTorch do.
        case mean
    }

    /// Every loss, as a caller may name and set it.
    public static let choices: [Choice<Loss>] = [
        Choice(
            "binary_crossentropy", otherNames: ["bce", "bce_loss", "log_loss", "cross_entropy"],
            settings: [
                .flag("from_logits", default: false),
                .word("outputs", default: OutputReduction.sum),
            ]
        ) {
            .binaryCrossentropy(
                fromLogits: $0.flag("from_logits"), outputs: $0.word("outputs"))
        },
        Choice(
            "categorical_crossentropy", otherNames: ["cce", "softmax_crossentropy"],
            settings: [.flag("from_logits", default: false)]
        ) { .categoricalCrossentropy(fromLogits: $0.flag("from_logits")) },
        Choice(
            "sparse_categorical_crossentropy", otherNames: ["nll", "nll_loss"],
            settings: [.flag("from_logits", default: false)]
        ) { .sparseCategoricalCrossentropy(fromLogits: $0.flag("from_logits")) },
        Choice("mean_squared_error", otherNames: ["mse", "mse_loss", "l2_loss"]) { _ in
            .meanSquaredError
        },
        Choice("half_squared_error", otherNames: ["quadratic", "half_mse"]) { _ in
            .halfSquaredError
        },
        Choice("mean_absolute_error", otherNames: ["mae", "l1_loss"]) { _ in .meanAbsoluteError },
        Choice("huber", settings: [.number("delta", default: 1, in: 1e-6...1e6)]) {
            .huber(delta: $0.number("delta"))
        },
    ]

    /// The loss of one example, as text; k runs over its n outputs.
    public var formula: String {
        switch self {
        case .binaryCrossentropy(_, .sum): "Lᵢ = −Σₖ [yₖ·log aₖ + (1 − yₖ)·log(1 − aₖ)]"
        case .binaryCrossentropy(_, .mean): "Lᵢ = −(1/n)·Σₖ [yₖ·log aₖ + (1 − yₖ)·log(1 − aₖ)]"
        case .categoricalCrossentropy: "Lᵢ = −Σₖ yₖ·log aₖ"
        case .sparseCategoricalCrossentropy: "Lᵢ = −log a_y"
        case .meanSquaredError: "Lᵢ = (1/n)·Σₖ (aₖ − yₖ)²"
        case .halfSquaredError: "Lᵢ = ½·Σₖ (aₖ − yₖ)²"
        case .meanAbsoluteError: "Lᵢ = (1/n)·Σₖ |aₖ − yₖ|"
        case .huber(let delta):
            "Lᵢ = (1/n)·Σₖ h(aₖ − yₖ), h(e) = ½e² where |e| ≤ \(delta), "
                + "\(delta)·(|e| − \(delta)/2) elsewhere"
        }
    }

    /// Whether Z of a linear last layer is taken for logits.
    public var fromLogits: Bool {
        switch self {
        case .binaryCrossentropy(let fromLogits, _), .categoricalCrossentropy(let fromLogits),
            .sparseCategoricalCrossentropy(let fromLogits):
            fromLogits
        case .meanSquaredError, .halfSquaredError, .meanAbsoluteError, .huber: false
        }
    }

    /// Every example's loss, given the last layer's pass and activation.
    ///
    /// `targets` are `[m, outputs]`; class indices are made one-hot first (`Matrix.oneHot`).
    @specialized(where S == Double)
    @specialized(where S == Float)
    public func evaluate<S: Scalar>(
        preActivation z: Matrix<S>, activation a: Matrix<S>, through activation: Activation,
        targets: Matrix<S>
    ) -> [S] {
        switch self {
        case .binaryCrossentropy(let fromLogits, let outputs):
            return BinaryCrossentropy(activation, fromLogits: fromLogits, outputs: outputs)
                .losses(z, a, targets)
        case .categoricalCrossentropy(let fromLogits),
            .sparseCategoricalCrossentropy(let fromLogits):
            return CategoricalCrossentropy(activation, fromLogits: fromLogits)
                .losses(z, a, targets)
        case .meanSquaredError:
            let n = S(a.columns)
            return rowSums(a, targets) { ($0 - $1) * ($0 - $1) / n }
        case .halfSquaredError:
            return rowSums(a, targets) { ($0 - $1) * ($0 - $1) / 2 }
        case .meanAbsoluteError:
            let n = S(a.columns)
            return rowSums(a, targets) { abs($0 - $1) / n }
        case .huber(let delta):
            let (n, delta) = (S(a.columns), S(delta))
            return rowSums(a, targets) {
                let e = abs($0 - $1)
                return (e <= delta ? e * e / 2 : delta * (e - delta / 2)) / n
            }
        }
    }

    /// dA and dZ of the last layer: the derivatives of each example's own loss.
    ///
    /// Cross-entropy after sigmoid or softmax gives dZ from Z in one step, so that it stays exact
    /// where A is 0 or 1 to rounding. |aₖ − yₖ| has slope 0 at 0.
    func gradients<S: Scalar>(
        preActivation z: Matrix<S>, activation a: Matrix<S>, through activation: Activation,
        targets: Matrix<S>
    ) -> (dA: Matrix<S>, dZ: Matrix<S>) {
        let dA: Matrix<S>
        switch self {
        case .binaryCrossentropy(let fromLogits, let outputs):
            return BinaryCrossentropy(activation, fromLogits: fromLogits, outputs: outputs)
                .gradients(z, a, targets)
        case .categoricalCrossentropy(let fromLogits),
            .sparseCategoricalCrossentropy(let fromLogits):
            return CategoricalCrossentropy(activation, fromLogits: fromLogits)
                .gradients(z, a, targets)
        case .meanSquaredError:
            let n = S(a.columns)
            dA = a.combined(with: targets) { 2 * ($0 - $1) / n }
        case .halfSquaredError:
            dA = a.combined(with: targets) { $0 - $1 }
        case .meanAbsoluteError:
            let n = S(a.columns)
            dA = a.combined(with: targets) { ($0 > $1 ? 1 : $0 < $1 ? -1 : $0 - $1) / n }
        case .huber(let delta):
            let (n, delta) = (S(a.columns), S(delta))
            // NaN stays NaN.
            dA = a.combined(with: targets) { max(min($0 - $1, delta), -delta) / n }
        }
        return (dA, activation.pullBack(dA, through: z, a))
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
