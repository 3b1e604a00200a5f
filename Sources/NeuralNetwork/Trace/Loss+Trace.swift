// What a trace says of a loss.

/// The number that a loss multiplies by, which depends on how many outputs there are.
enum Coefficient {
    case one
    case overOutputs(Int)

    func factor(outputs n: Int) -> (Expression, TraceFactor)? {
        guard case .overOutputs(let top) = self else { return nil }
        return (
            .fraction(.number("\(top)"), .letter("n")),
            TraceFactor(
                value: Double(top) / Double(n), symbol: "\(top)/n",
                why: "the loss of an example is the mean over its n = \(n.counted("output"))"
                    + (top == 2 ? ", and the derivative of the square brings the 2" : ""))
        )
    }
}

extension Loss {
    /// What the targets are before the formula takes them.
    var targetsNote: String? {
        switch self {
        case .sparseCategoricalCrossentropy(_, labelSmoothing: 0):
            "Y is the request's class indices made one-hot"
        case .sparseCategoricalCrossentropy(_, let s):
            "Y is the request's class indices made one-hot, then (1 − \(s))·Y + \(s)/n"
        case .categoricalCrossentropy(_, let s) where s > 0:
            "Y is smoothed: (1 − \(s))·Y + \(s)/n in place of the request's"
        case .binaryCrossentropy(_, _, let s) where s > 0: "Y is smoothed: " + Self.smoothed(s)
        case .binaryFocalCrossentropy(let focus) where focus.labelSmoothing > 0:
            "Y is smoothed: " + Self.smoothed(focus.labelSmoothing)
        default: nil
        }
    }

    private static func smoothed(_ s: Double) -> String {
        "(1 − \(s))·Y + \(s)/2 in place of the request's"
    }

    /// dA of one example's loss, by A and Y, and what it is multiplied by.
    var derivative: (text: String, factor: Coefficient) {
        switch self {
        case .binaryCrossentropy(let fromLogits, let outputs, _):
            (
                fromLogits ? "σ(A) − Y, σ the sigmoid" : "(1 − Y)/(1 − A) − Y/A",
                outputs == .mean ? .overOutputs(1) : .one
            )
        case .categoricalCrossentropy(fromLogits: true, _),
            .sparseCategoricalCrossentropy(fromLogits: true, _):
            ("softmax(A)∘Σₖ yₖ − Y", .one)
        case .categoricalCrossentropy, .sparseCategoricalCrossentropy: ("−Y/A", .one)
        case .klDivergence: ("−Y/A", .one)
        case .meanSquaredError: ("A − Y", .overOutputs(2))
        case .halfSquaredError: ("A − Y", .one)
        case .meanAbsoluteError: ("sign(A − Y)", .overOutputs(1))
        case .huber(let delta): ("min(max(A − Y, −\(delta)), \(delta))", .overOutputs(1))
        case .smoothL1(let beta): ("min(max((A − Y)/\(beta), −1), 1)", .overOutputs(1))
        case .logCosh: ("tanh(A − Y)", .overOutputs(1))
        case .poisson(logInput: false): ("1 − Y/A", .overOutputs(1))
        case .poisson(logInput: true): ("e^A − Y", .overOutputs(1))
        case .hinge: ("−Y∘s, s = 1 where Y∘A < 1, 0 elsewhere", .overOutputs(1))
        case .squaredHinge: ("−Y∘max(1 − Y∘A, 0)", .overOutputs(2))
        case .categoricalHinge:
            (
                "s∘(r∘(1 − Y) − Y), s = 1 where Lᵢ > 0, 0 elsewhere, "
                    + "r = 1 at the largest (1 − yₖ)·aₖ, 0 elsewhere", .one
            )
        case .cosineSimilarity:
            ("(c·â − ŷ)/‖a‖, â = a/‖a‖, ŷ = y/‖y‖, c = Σₖ âₖ·ŷₖ", .one)
        case .binaryFocalCrossentropy(let focus):
            (
                (focus.balancesClasses
                    ? "(Y·\(focus.alpha) + (1 − Y)·(1 − \(focus.alpha)))∘" : "")
                    + "(\(focus.gamma)·(2·Y − 1)∘(1 − p)^(\(focus.gamma) − 1)∘c "
                    + "+ (1 − p)^\(focus.gamma)∘((1 − Y)/(1 − A) − Y/A)), "
                    + "p = Y∘A + (1 − Y)∘(1 − A), c = Y∘log A + (1 − Y)∘log(1 − A)",
                focus.outputs == .mean ? .overOutputs(1) : .one
            )
        }
    }
}
