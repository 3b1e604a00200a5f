import NeuralNetwork

extension Search {
    /// Judges the derivatives of a layer's parameters: given dZ as it is expected, and given dZ as
    /// mistakes before it would have made it.
    func observeParameters(
        of layer: Int, _ account: Account, _ bound: Double
    ) -> [Account] {
        let ids = exercise.network.layers[layer].layer.parameters.indices
            .map { GradientID(layer, .parameter($0)) }
            .filter { submission.tensors[$0] != nil }
        guard !ids.isEmpty else { return [account] }
        let expected = steps.parameters(of: layer, from: account.chain)
        if let right = rightAccount(account, ids, expected) { return [right] }
        if account.cost + Explanation.Cost.again > bound { return [] }
        let local = localAccount(account, ids, expected)
        var accounts = [local]
        if !account.unconfirmed.isEmpty {
            accounts += accountsOfMistakesBefore(account, ids, expected, below: local.cost + 1)
        }
        return accounts
    }

    /// The account that finds nothing wrong; nil where there is something.
    func rightAccount(
        _ account: Account, _ ids: [GradientID], _ expected: [Matrix<Double>]
    ) -> Account? {
        let matcher = matcher(account)
        var account = account
        var isConfirmed = false
        for id in ids {
            guard let g = submission.tensors[id]?.matrix else { return nil }
            let value = whole(expected[id.parameterIndex], id)
            if !matcher.matches(g, value, id) {
                guard exactMatcher.matches(g, exercise.right(id, in: convention), id) else {
                    return nil
                }
                account.cost += Explanation.Cost.outOfChain
            }
            if value.peak > 100 * matcher.tolerance(id, value) { isConfirmed = true }
            account = account.noting(.asExpected, of: id)
        }
        if isConfirmed { account.unconfirmed = [] }
        return account
    }

    /// A parameter's derivative from its sum over the examples.
    func whole(_ sum: Matrix<Double>, _ id: GradientID) -> Matrix<Double> {
        let data = sum.scaled(by: exercise.parameterFactor(of: convention))
        let penalty = exercise.penalty(id.layer, id.parameterIndex, in: convention)
        return penalty.map { data.adding($0) } ?? data
    }

    /// The account that looks for mistakes in each parameter's own step.
    func localAccount(
        _ account: Account, _ ids: [GradientID], _ expected: [Matrix<Double>]
    ) -> Account {
        var result = account
        var isConfirmed = false
        for id in ids {
            let outcome = judge(id, expected[id.parameterIndex], result)
            switch outcome {
            case .wrong(let explanation): if !explanation.isUnknown { isConfirmed = true }
            case .asExpected: isConfirmed = true
            case .shows, .unreadable: break
            }
            result = result.noting(outcome, of: id)
        }
        if isConfirmed { result.unconfirmed = [] }
        return result
    }

    func judge(
        _ id: GradientID, _ sum: Matrix<Double>, _ account: Account
    ) -> Outcome {
        let step = Step.parameter(id.layer, id.parameterIndex)
        let value = whole(sum, id)
        guard let tensor = submission.tensors[id] else { return .unreadable }
        guard let g = tensor.matrix else {
            return wrongAxis(tensor.numbers, step, account) ?? .unreadable
        }
        let matcher = matcher(account)
        if matcher.matches(g, value, id)
            || exactMatcher.matches(g, exercise.right(id, in: convention), id)
        {
            return .asExpected
        }
        var found = Candidates(account.made)
        for factor in matcher.factors(g, value, id, at: step) {
            found.add([Finding(factor, at: step)])
        }
        let context = steps.context(step, of: account.chain)
        for findings in penaltyMistakes(g, sum, id, step, matcher) { found.add(findings) }
        for mistake in Mistake.rules where mistake.place == .parameter {
            for variant in mistake.variants(context) {
                guard let sum = variant.values[0], sum.hasShape(of: value) else { continue }
                let finding = Finding(mistake: mistake, step: step, detail: variant.detail)
                let made = whole(sum, id)
                if matcher.matches(g, made, id) {
                    found.add([finding])
                } else if found.best > 1 {
                    for factor in matcher.factors(g, made, id, at: step) {
                        found.add([finding, Finding(factor, at: step)])
                    }
                }
            }
        }
        return .wrong(
            found.explanation ?? commonExplanation(g, id, value, at: step, account))
    }

    /// A derivative of a bias that has a number for each example, or one in all.
    func wrongAxis(_ numbers: [Double], _ step: Step, _ account: Account) -> Outcome? {
        let context = steps.context(step, of: account.chain)
        guard context.isOfBias else { return nil }
        let g = Matrix(rows: 1, columns: numbers.count, elements: numbers)
        let sums = context.sumsOverUnits
        let candidates: [(Mistake, [Double])] = [
            (.sumOverTheWrongAxis, sums), (.sumOverEverything, [sums.reduce(0, +)]),
        ]
        for (mistake, sums) in candidates where sums.count == numbers.count {
            let units = Double(max(context.dZ.columns, 1))
            let made = Matrix(rows: 1, columns: sums.count, elements: sums)
            let peak = context.dZ.peak * units  // The sum may cancel out.
            // Summed or averaged, with the convention's factor or without.
            for factor in [context.parameterFactor, 1, 1 / units, context.parameterFactor / units] {
                let value = made.scaled(by: factor)
                let tolerance = exactMatcher.exactness.tolerance(peak * factor, noise: 0)
                if g.zipped(with: value, -).peak <= tolerance {
                    return .wrong(
                        Explanation(
                            alternatives: [[Finding(mistake: mistake, step: step)]],
                            cost: Explanation.Cost.mistake))
                }
            }
        }
        return nil
    }
}
