import NeuralNetwork

extension Search {
    /// Mistakes in the penalty's term, with a factor on the data's term or without.
    func penaltyMistakes(
        _ g: Matrix<Double>, _ sum: Matrix<Double>, _ id: GradientID, _ step: Step,
        _ matcher: Matcher
    ) -> [[Finding]] {
        guard let penalty = exercise.penalty, convention != .sum else { return [] }
        let data = sum.scaled(by: exercise.parameterFactor(of: convention))
        if let term = exercise.penalties?[id.layer][id.parameterIndex] {
            return termMistakes(g, data, term, id, step, matcher)
        }
        // None belongs here: is there one all the same?
        guard penalty.l2 > 0 else { return [] }
        let b = exercise.network.layers[id.layer].numbers.parameters[id.parameterIndex]
        let unit = 2 * penalty.l2 * penalty.factor(of: exercise.examples)
        let m = Double(exercise.examples)
        let isOnBias = [1, m, 1 / m, 2, 0.5].contains { factor in
            let made = data.zipped(with: b) { $0 + factor * unit * $1 }
            return matcher.matches(g, made, id)
        }
        return isOnBias ? [[Finding(mistake: .penaltyOnBias, step: step)]] : []
    }

    func termMistakes(
        _ g: Matrix<Double>, _ data: Matrix<Double>, _ term: Matrix<Double>, _ id: GradientID,
        _ step: Step, _ matcher: Matcher
    ) -> [[Finding]] {
        let m = Double(exercise.examples)
        let named: [(Mistake, Double)] = [
            (.penaltyForgotten, 0), (.penaltyUnscaled, m), (.penaltyTimesOneOverM, 1 / m),
            (.penaltySubtracted, -1), (.penaltyWrongFactor, 2), (.penaltyWrongFactor, 0.5),
        ]
        func sum(_ alpha: Double, _ beta: Double) -> Matrix<Double> {
            data.zipped(with: term) { alpha * $0 + beta * $1 }
        }
        var found: [[Finding]] = []
        for (mistake, beta) in named where beta != 1 && matcher.matches(g, sum(1, beta), id) {
            found.append([Finding(mistake: mistake, step: step, number: beta)])
        }
        if !found.isEmpty { return found }
        let factors = exercise.factors(at: step)
        for factor in factors where matcher.matches(g, sum(factor.value, 1), id) {
            found.append([Finding(factor, at: step)])
        }
        if !found.isEmpty { return found }
        for factor in factors {
            for (mistake, beta) in named
            where beta != 1 && beta != factor.value
                && matcher.matches(g, sum(factor.value, beta), id)
            {
                found.append([
                    Finding(factor, at: step), Finding(mistake: mistake, step: step, number: beta),
                ])
            }
        }
        if !found.isEmpty { return found }
        // Any other factor on the term, where there are numbers enough to tell.
        let rest = g.zipped(with: data, -)
        guard let beta = matcher.anyFactor(rest, term, id) else { return [] }
        return [[Finding(mistake: .penaltyWrongFactor, step: step, number: beta)]]
    }
}
