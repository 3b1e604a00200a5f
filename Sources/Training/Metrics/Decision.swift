import NeuralNetwork

/// How outputs say which class an example is of.
public enum Decision: String, CaseIterable, Sendable {
    /// By the loss: `argmax` of distributions, `threshold` of probabilities and signs, each for
    /// itself.
    case auto
    /// The first of the greatest outputs; the class of a target likewise.
    case argmax
    /// Each output is a yes or a no of its own.
    case threshold

    /// What it comes to for a loss; nil where that does not tell.
    func inForce(of loss: Loss) -> Decision? {
        guard self == .auto else { return self }
        switch loss {
        case .binaryCrossentropy, .binaryFocalCrossentropy, .hinge, .squaredHinge:
            return .threshold
        case .categoricalCrossentropy, .sparseCategoricalCrossentropy, .klDivergence,
            .categoricalHinge:
            return .argmax
        case .meanSquaredError, .halfSquaredError, .meanAbsoluteError, .huber, .smoothL1, .logCosh,
            .poisson, .cosineSimilarity:
            return nil
        }
    }

    /// Why a metric cannot decide so; nil where it can.
    func refusal(_ metric: String, of loss: Loss, outputs: Int, threshold: Double) -> String? {
        guard let decision = inForce(of: loss) else {
            return "\(metric) is of classes, and the targets of this loss are numbers: say "
                + "\"decision\": \"argmax\" where Y is one-hot, \"threshold\" where it is 0 and 1"
        }
        if decision == .argmax && outputs == 1 {
            return "the greatest of one output is always the first: \(metric) by argmax takes two "
                + "outputs or more"
        }
        if threshold != 0.5 && (decision == .argmax || loss.targetKind == .signs) {
            return "a threshold is of probabilities, and here \(metric) has "
                + (decision == .argmax ? "the greatest output decide" : "the sign decide")
        }
        return nil
    }
}

extension Setting {
    static let decision = word("decision", default: Decision.auto)
    static let threshold = number("threshold", default: 0.5, in: 0...1)
}

extension Loss {
    /// Where the outputs and the targets turn from no to yes, for a probability: signs turn at 0, and
    /// logits at log(p / (1 − p)).
    func bounds(threshold p: Double) -> (outputs: Double, targets: Double) {
        if targetKind == .signs { return (0, 0) }
        return (fromLogits ? Double.log(p / (1 - p)) : p, 0.5)
    }
}

extension Objective {
    /// The outputs, each position a row beside its targets.
    func positions(of outputs: Matrix<S>) -> Matrix<S> {
        outputs.split(columns: targets.columns)
    }

    /// What a row counts for.
    func weight(_ row: Int) -> Double { weights.map { Double($0[row]) } ?? 1 }
}

extension UnsafeBufferPointer where Element: Comparable {
    /// The index of the first of the greatest elements of a row.
    @inline(__always)
    func argmax(from start: Int, count: Int) -> Int {
        var best = start
        for i in (start + 1)..<(start + count) where self[i] > self[best] { best = i }
        return best - start
    }
}
