// Mistakes in the penalty's term of dW. They are told from the two terms that dW is made of.

extension Mistake {
    static let penaltyForgotten = Mistake("penalty_forgotten") { told in
        "\(told.made) leaves the penalty out. Add its derivative, "
            + "\(told.penaltyFormula), to the term of the data."
    }
    static let penaltyUnscaled = Mistake("penalty_unscaled") { told in
        "In \(told.made) the penalty's term lacks its 1/m. It is \(told.penaltyFormula)."
    }
    static let penaltyTimesOneOverM = Mistake("penalty_times_one_over_m") { told in
        "In \(told.made) the penalty's term is divided by m once too often. "
            + "Divide only the data's term by m, then add \(told.penaltyFormula)."
    }
    static let penaltySubtracted = Mistake("penalty_subtracted") { told in
        "In \(told.made) the penalty's term is subtracted. Add \(told.penaltyFormula)."
    }
    static let penaltyWrongFactor = Mistake("penalty_wrong_factor") { told in
        "In \(told.made) the penalty's term is \(told.numberText) times what it should be. "
            + "It is \(told.penaltyFormula)."
    }
    static let penaltyOnBias = Mistake("penalty_on_b") { told in
        "\(told.made) has a penalty's term in it. The penalty is on the weights alone: "
            + "leave it out of \(told.made)."
    }
}

extension Telling {
    /// The derivative of the penalty, as it is to be written.
    var penaltyFormula: String {
        guard let penalty = exercise.penalty else { return "the penalty's derivative" }
        let w = parameter
        let (two, one): (String, String)
        switch penalty.scale {
        case .lambdaOver2m: (two, one) = ("(λ/m)·\(w)", "λ/(2m)·sign(\(w))")
        case .lambdaOver2: (two, one) = ("λ·\(w)", "(λ/2)·sign(\(w))")
        case .lambda: (two, one) = ("2·λ·\(w)", "λ·sign(\(w))")
        }
        switch (penalty.l2 > 0, penalty.l1 > 0) {
        case (true, true): return two + " + " + one
        case (false, true): return one
        default: return two
        }
    }
}
