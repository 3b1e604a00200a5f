/// The loss Lᵢ of one example, and its derivative with respect to the outputs.
///
/// The cost J, the mean of the losses over the batch, is made by `Convention` alone. What a loss
/// makes of several outputs, and of its settings when they are left out, is Keras's way but where a
/// case says otherwise.
public enum Loss: Sendable, Hashable {
    /// Adds the outputs' terms up, which Keras and PyTorch average.
    case binaryCrossentropy(
        fromLogits: Bool = false, outputs: OutputReduction = .sum, labelSmoothing: Double = 0)
    /// PyTorch's `CrossEntropyLoss` is that from logits.
    case categoricalCrossentropy(fromLogits: Bool = false, labelSmoothing: Double = 0)
    /// Of class indices, made one-hot. Label smoothing of these is PyTorch's; Keras has none.
    case sparseCategoricalCrossentropy(fromLogits: Bool = false, labelSmoothing: Double = 0)
    case meanSquaredError
    case halfSquaredError
    case meanAbsoluteError
    case huber(delta: Double)
    /// PyTorch's: Huber's divided by its delta.
    case smoothL1(beta: Double = 1)
    case logCosh
    /// Takes A for the rate, as Keras does; PyTorch's `PoissonNLLLoss` takes it for the logarithm of
    /// the rate when nothing is said.
    case poisson(logInput: Bool = false)
    /// Of targets −1 and 1. Keras makes −1 of 0 as well.
    case hinge
    case squaredHinge
    case categoricalHinge
    /// Added up over the outputs, as Keras does; PyTorch's `KLDivLoss` averages them unless told
    /// `batchmean`, and takes log-probabilities, which here are what log-softmax gives.
    case klDivergence
    /// −cos, as Keras has it; a zero vector has no direction, and the loss 0.
    case cosineSimilarity
    /// Adds the outputs' terms up, which Keras averages.
    case binaryFocalCrossentropy(Focus = Focus())

    /// How the terms of one example's outputs make its loss.
    public enum OutputReduction: String, CaseIterable, Sendable {
        /// Added, as in the course and in Nielsen's book: dZ[L] = A[L] − Y.
        case sum
        /// Averaged over the outputs, as Keras and PyTorch do.
        case mean
    }

    /// What a caller may set of the focal loss.
    public struct Focus: Sendable, Hashable {
        /// The power to which an output's distance from its target weighs it.
        public var gamma = 2.0
        /// The weight of targets 1, that of targets 0 being 1 − alpha.
        public var alpha = 0.25
        /// Whether alpha is used. torchvision's `sigmoid_focal_loss` does use it.
        public var balancesClasses = false
        public var fromLogits = false
        public var outputs = OutputReduction.sum
        public var labelSmoothing = 0.0

        public init() {}
    }

    /// The loss of one example, as text; k runs over its n outputs.
    public var formula: String {
        switch self {
        case .binaryCrossentropy(_, .sum, _): "Lᵢ = −Σₖ [yₖ·log aₖ + (1 − yₖ)·log(1 − aₖ)]"
        case .binaryCrossentropy(_, .mean, _):
            "Lᵢ = −(1/n)·Σₖ [yₖ·log aₖ + (1 − yₖ)·log(1 − aₖ)]"
        case .categoricalCrossentropy: "Lᵢ = −Σₖ yₖ·log aₖ"
        case .sparseCategoricalCrossentropy(_, labelSmoothing: 0): "Lᵢ = −log a_y"
        case .sparseCategoricalCrossentropy(_, let s):
            "Lᵢ = −(1 − \(s))·log a_y − (\(s)/n)·Σₖ log aₖ"
        case .meanSquaredError: "Lᵢ = (1/n)·Σₖ (aₖ − yₖ)²"
        case .halfSquaredError: "Lᵢ = ½·Σₖ (aₖ − yₖ)²"
        case .meanAbsoluteError: "Lᵢ = (1/n)·Σₖ |aₖ − yₖ|"
        case .huber(let delta):
            "Lᵢ = (1/n)·Σₖ h(aₖ − yₖ), h(e) = ½e² where |e| ≤ \(delta), "
                + "\(delta)·(|e| − \(delta)/2) elsewhere"
        case .smoothL1(let beta):
            "Lᵢ = (1/n)·Σₖ h(aₖ − yₖ), h(e) = ½e²/\(beta) where |e| < \(beta), "
                + "|e| − \(beta)/2 elsewhere"
        case .logCosh: "Lᵢ = (1/n)·Σₖ log cosh(aₖ − yₖ)"
        case .poisson(logInput: false): "Lᵢ = (1/n)·Σₖ (aₖ − yₖ·log aₖ)"
        case .poisson(logInput: true): "Lᵢ = (1/n)·Σₖ (e^aₖ − yₖ·aₖ)"
        case .hinge: "Lᵢ = (1/n)·Σₖ max(1 − yₖ·aₖ, 0)"
        case .squaredHinge: "Lᵢ = (1/n)·Σₖ max(1 − yₖ·aₖ, 0)²"
        case .categoricalHinge: "Lᵢ = max(0, 1 + maxₖ (1 − yₖ)·aₖ − Σₖ yₖ·aₖ)"
        case .klDivergence: "Lᵢ = Σₖ yₖ·log(yₖ/aₖ)"
        case .cosineSimilarity: "Lᵢ = −Σₖ aₖ·yₖ / (‖a‖·‖y‖)"
        case .binaryFocalCrossentropy(let focus):
            "Lᵢ = −\(focus.outputs == .mean ? "(1/n)·" : "")Σₖ "
                + (focus.balancesClasses
                    ? "(yₖ·\(focus.alpha) + (1 − yₖ)·(1 − \(focus.alpha)))·" : "")
                + "(1 − pₖ)^\(focus.gamma)·[yₖ·log aₖ + (1 − yₖ)·log(1 − aₖ)], "
                + "pₖ = yₖ·aₖ + (1 − yₖ)·(1 − aₖ)"
        }
    }
}
