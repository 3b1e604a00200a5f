import NeuralNetwork

/// A mistake, found at a step.
struct Finding: Sendable {
    let mistake: Mistake
    let step: Step
    var detail = ""
    /// The factor or learning rate, where the mistake has one.
    var number: Double?
}

/// Why a derivative is not what was expected.
struct Explanation: Sendable {
    /// Mistakes that each give the same numbers; one of them may be two at once.
    var alternatives: [[Finding]]
    var cost: Double

    /// What explanations cost: the cheapest is the likeliest. Each mistake is one; one that has been
    /// made before is likely to be made again; what cannot be named costs more than two that can.
    enum Cost {
        static let mistake = 1.0
        static let again = 0.3
        /// A right derivative that does not follow from the caller's own before it.
        static let outOfChain = 0.2
        static let zeros = 2.0
        static let unknownFactor = 3.0
        static let unknown = 5.0
    }

    static func unknown(at step: Step) -> Explanation {
        Explanation(
            alternatives: [[Finding(mistake: .unknown, step: step)]], cost: Cost.unknown)
    }

    var isUnknown: Bool { cost >= Cost.unknown }
}

/// What was found of a submitted derivative.
enum Outcome: Sendable {
    /// Equal to what the right rule makes of the caller's own derivatives before it.
    case asExpected
    /// Not equal, because of a mistake in the step that makes it, or in one before it that no other
    /// submitted derivative shows.
    case wrong(Explanation)
    /// Shows a mistake that another derivative of the same layer has shown.
    case shows(Explanation)
    /// Its shape leaves nothing to compare.
    case unreadable
}

extension Finding {
    init(_ factor: Factor, at step: Step) {
        self.init(mistake: factor.mistake, step: step, number: factor.value)
    }
}
