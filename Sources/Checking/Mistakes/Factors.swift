// Mistakes that leave a derivative right but for a factor.

extension Mistake {
    static let oneOverMMissing = Mistake("one_over_m_missing") { told in
        "\(told.made) lacks the division by \(told.m): it is \(told.m) times too large. "
            + (told.isOfParameter
                ? "Divide it by \(told.m), once, where it is summed over the examples."
                : "Divide by \(told.m) once, either here or in dW and db.")
    }
    static let oneOverMTwice = Mistake("one_over_m_twice") { told in
        "\(told.made) is divided by \(told.m) twice: it is \(told.m) times too small. "
            + "Keep 1/\(told.m) at one place only: in dZ of the last layer, or in dW and db."
    }
    static let oneOverMAtEachLayer = Mistake("one_over_m_at_each_layer") { told in
        "On the way to \(told.made) there is another division by \(told.m), so that every layer "
            + "further back is \(told.m) times smaller again. "
            + "Take 1/\(told.m) out of \(told.made): it belongs to dW and db, or to the last dZ."
    }
    static let sign = Mistake("sign") { told in
        "\(told.made) has the wrong sign: every number is the right one times −1. "
            + (told.isAtOutput
                ? "The derivative starts with A − Y, not with Y − A." : "Look for a lost minus.")
    }
    static let factorTwo = Mistake("factor_two") { told in
        "\(told.made) is twice what it should be. "
            + (told.isOfSquaredError
                ? "Your cost has a ½ that cancels the 2 of the square, or has no such 2."
                : "Look for a 2 that does not belong, or a ½ that is missing.")
    }
    static let factorHalf = Mistake("factor_half") { told in
        "\(told.made) is half of what it should be. "
            + (told.isOfSquaredError
                ? "The derivative of (A − Y)² is 2·(A − Y): the 2 is missing."
                : "Look for a 2 that is missing, or a ½ that does not belong.")
    }
    static let outputsAveraged = Mistake("outputs_averaged") { told in
        "\(told.made) is divided by the number of outputs as well. "
            + "This loss adds the outputs of an example up once: leave that division out."
    }
    static let outputsSummed = Mistake("outputs_summed") { told in
        "\(told.made) lacks the division by the number of outputs. "
            + "This loss is the mean over the outputs of an example: divide by their number."
    }
    static let elementsAveraged = Mistake("elements_averaged") { told in
        "\(told.made) is divided by the number of all elements, \(told.m) times the outputs, "
            + "on top of the right factor. Average over the examples alone."
    }
    static let unitsAveraged = Mistake("units_averaged") { told in
        "\(told.made) is divided by the number of the layer's units. "
            + "Sum over the examples and divide by \(told.m); nothing is averaged over the units."
    }
    static let keepProbMissing = Mistake("keep_prob_missing") { told in
        "\(told.made) lacks the division by keep_prob. "
            + "What is divided by keep_prob forward is divided by it on the way back too."
    }
    static let keepProbTwice = Mistake("keep_prob_twice") { told in
        "\(told.made) is divided by keep_prob once too often. Divide by it once, with the mask."
    }
    static let positionsAveraged = Mistake("positions_averaged") { told in
        "\(told.made) is divided by the number of positions once too often. "
            + "An example's loss is the mean over its positions: divide by their number once."
    }
    static let positionsSummed = Mistake("positions_summed") { told in
        "\(told.made) lacks the division by the number of positions. "
            + "An example's loss is the mean over its positions."
    }
    static let weightsSum = Mistake("weights_sum") { told in
        "\(told.made) is divided by "
            + (told.m == "m"
                ? "the sum of the weights, and the cost divides by m."
                : "m, and the cost divides by the sum of the weights.")
            + " Divide by what the cost is divided by."
    }
    static let oneLess = Mistake("m_minus_one") { told in
        "\(told.made) is divided by m − 1. The cost is a mean over m examples: divide by m."
    }
    static let wrongAxisForM = Mistake("wrong_axis_of_m") { told in
        "\(told.made) is divided by the length of another axis. "
            + "m is the number of examples: look at which axis of X it is read from."
    }
    static let datasetSize = Mistake("dataset_size") { told in
        "\(told.made) is \(told.numberText) times what it should be: as if the number of all examples "
            + "had been taken for m. Divide by the m examples of this batch."
    }
    static let learningRateTimes = Mistake("learning_rate_times") { told in
        "\(told.made) is \(told.numberText) times what it should be: as if the learning rate were in "
            + "it already. The learning rate belongs to the update, W − α·dW."
    }
    static let unknownFactor = Mistake("unknown_factor") { told in
        "\(told.made) is \(told.numberText) times what it should be, and right but for that. "
            + "Look for a factor that does not belong."
    }
    static let zeros = Mistake("zeros") { told in
        "\(told.made) is all zeros. Has it been computed at all?"
    }
    static let unknown = Mistake("unknown") { told in
        "\(told.made) is wrong, and no mistake that we know gives these numbers. "
            + "Go through \(told.lineToLookAt)."
    }
}

extension Telling {
    var isOfParameter: Bool { if case .parameter = step { true } else { false } }
    var isAtOutput: Bool { step == .output }
    var isOfSquaredError: Bool {
        exercise.objective.loss == .meanSquaredError
            || exercise.objective.loss == .halfSquaredError
    }

    /// The found number with three digits.
    var numberText: String {
        guard let number else { return "some" }
        var (scaled, unit) = (abs(number), 1.0)
        guard scaled > 0, scaled.isFinite else { return number.description }
        while scaled < 100 { (scaled, unit) = (scaled * 10, unit / 10) }
        while scaled >= 1000 { (scaled, unit) = (scaled / 10, unit * 10) }
        let rounded = unit < 1 ? scaled.rounded() / (1 / unit).rounded() : scaled.rounded() * unit
        let text =
            rounded == rounded.rounded() && rounded < 1e15
            ? String(Int(rounded)) : rounded.description
        return (number < 0 ? "−" : "") + text
    }

    /// The line of code that makes the derivative, as the course writes it.
    var lineToLookAt: String {
        switch step {
        case .output: "the line that computes \(dZ) or \(dA) from \(a) and Y"
        case .activation:
            "the line that computes \(dZ) from \(dA) and the derivative of \(activation)"
        case .inputs: "the line that computes \(dAprev) from \(dZ)"
        case .parameter: "the line that computes \(made) from \(dZ)"
        }
    }
}
