import NeuralNetwork

/// Goes back from the output with the caller's own derivatives, and finds the cheapest explanation
/// of all that were submitted, in one convention.
struct Search {
    let exercise: Exercise
    let submission: Submission
    let convention: Convention
    let steps: BackwardSteps
    let exactMatcher: Matcher

    /// Accounts that are kept beside the cheapest.
    static let breadth = 6

    init(
        _ exercise: Exercise, _ submission: Submission, _ convention: Convention,
        _ exactness: Exactness
    ) {
        self.exercise = exercise
        self.submission = submission
        self.convention = convention
        steps = BackwardSteps(exercise: exercise, convention: convention)
        exactMatcher = Matcher(
            exercise: exercise, exactness: exactness, convention: convention)
    }

    /// The cheapest accounts, cheapest first; none where all cost more than `bound`, or once it is
    /// cancelled.
    func accounts(bound: Double, _ isCancelled: () -> Bool) -> [Account] {
        var accounts = [Account()]
        for index in accounts.indices { take(.output, &accounts[index]) }
        for layer in exercise.network.layers.indices.reversed() {
            if isCancelled() { return [] }
            accounts = prune(
                accounts.map { observe(GradientID(layer, .output), $0) }, bound)
            for index in accounts.indices { take(.activation(layer), &accounts[index]) }
            accounts = prune(
                accounts.map { observe(GradientID(layer, .preActivation), $0) }, bound)
            accounts = prune(
                accounts.flatMap { observeParameters(of: layer, $0, bound) }, bound)
            guard layer > 0 || submission.tensors[.inputs] != nil else { break }
            for index in accounts.indices { take(.inputs(layer), &accounts[index]) }
        }
        return prune(accounts.map { observe(.inputs, $0) }, bound)
    }

    func prune(_ accounts: [Account], _ bound: Double) -> [Account] {
        if accounts.count == 1 { return accounts[0].cost <= bound ? accounts : [] }
        return Array(
            accounts.filter { $0.cost <= bound }.sorted { $0.cost < $1.cost }
                .prefix(Self.breadth))
    }

    func take(_ step: Step, _ account: inout Account) {
        account.unconfirmed.append((step, account.chain))
        steps.take(step, &account.chain)
        account.slack *= gain(of: step)
    }

    /// How far a unit of what a step starts from can move what it makes, roughly.
    func gain(of step: Step) -> Double {
        switch step {
        case .output, .parameter: return 1
        case .activation: return 1.3  // Slopes are at most 1.13; softmax adds up to less.
        case .inputs(let layer):
            let own = exercise.network.layers[layer]
            let units = Double(own.layer.outputShape.last ?? 1)
            return max(1, units * own.numbers.parameters.reduce(0) { max($0, $1.peak) })
        }
    }

    /// The matcher for what follows from an account's chain.
    func matcher(_ account: Account) -> Matcher {
        var matcher = exactMatcher
        matcher.slack = account.slack
        return matcher
    }
}

extension Search {
    /// Judges a derivative that is on the way, and goes on from the caller's own.
    func observe(_ id: GradientID, _ account: Account) -> Account {
        guard let tensor = submission.tensors[id] else { return account }
        guard let g = tensor.matrix, let expected = value(of: id, account.chain) else {
            return account.noting(.unreadable, of: id)
        }
        var account = account
        let isAsExpected = matcher(account).matches(g, expected, id)
        let isRight = exactMatcher.matches(g, exercise.right(id, in: convention), id)
        if isRight && !isAsExpected { account.cost += Explanation.Cost.outOfChain }
        let outcome =
            isAsExpected || isRight
            ? Outcome.asExpected : .wrong(explain(g, id, expected, account))
        account = account.noting(outcome, of: id)
        // What is as expected of exact numbers is left exact.
        if !isAsExpected || account.slack > 0 {
            if id.kind == .output {
                account.chain.replace(dA: g, isAsExpected: isAsExpected)
            } else {
                account.chain.replace(dZ: g)
            }
            account.slack = exactMatcher.exactness.halfUnit
        }
        account.unconfirmed = []
        return account
    }

    func value(of id: GradientID, _ chain: BackwardChain) -> Matrix<Double>? {
        id.kind == .output ? chain.dA : chain.dZ
    }

    /// Why a derivative on the way is not the expected one.
    func explain(
        _ g: Matrix<Double>, _ id: GradientID, _ expected: Matrix<Double>, _ account: Account
    ) -> Explanation {
        let matcher = matcher(account)
        var found = Candidates(account.made)
        let step = account.unconfirmed.last.map { blamed($0.step, account) } ?? .output
        for factor in matcher.factors(g, expected, id, at: step) {
            found.add([Finding(factor, at: step)])
        }
        for replayed in replays(account) {
            guard let value = value(of: id, replayed.chain) else { continue }
            if let moved = replayed.moved.flatMap({ self.value(of: id, $0(1)) }) {
                let along = moved.zipped(with: value, -)
                if let rate = matcher.learningRate(g, value, along, id) {
                    found.add([replayed.finding(number: rate)])
                }
                continue
            }
            if matcher.matches(g, value, id) {
                found.add([replayed.finding()])
            } else if found.best > 1 {
                for factor in matcher.factors(g, value, id, at: step) {
                    found.add([replayed.finding(), Finding(factor, at: step)])
                }
            }
        }
        return found.explanation
            ?? commonExplanation(g, id, expected, at: step, account)
    }

    /// What is tried where no named mistake fits: two factors, a factor without a name, zeros, other
    /// orders of the same numbers.
    func commonExplanation(
        _ g: Matrix<Double>, _ id: GradientID, _ expected: Matrix<Double>, at step: Step,
        _ account: Account
    ) -> Explanation {
        let matcher = matcher(account)
        var found = Candidates(account.made)
        if g.peak == 0 {
            found.add([Finding(mistake: .zeros, step: step)], cost: Explanation.Cost.zeros)
        }
        if expected.rows == expected.columns, matcher.matches(g, expected.turned, id) {
            found.add([Finding(mistake: .transposed, step: step)])
        }
        for (first, second) in matcher.factorPairs(g, expected, id, at: step) {
            found.add([Finding(first, at: step), Finding(second, at: step)])
        }
        if let explanation = found.explanation { return explanation }
        if UnitOrder.isPermuted(g, of: expected, within: matcher.tolerance(id, expected)) {
            found.add([Finding(mistake: .permutedUnits, step: step)])
        } else if let s = matcher.anyFactor(g, expected, id) {
            let count = exercise.denominator.value * max(s, 1 / s)
            let isDataset =
                s > 0 && count < 1e7 && count > exercise.denominator.value + 0.5
                && abs(count - count.rounded()) < 1e-6 * count
            var mistakes: [Mistake] = isDataset ? [.datasetSize] : []
            if s > 0, s < 1, s.isRound { mistakes.append(.learningRateTimes) }
            for mistake in mistakes.isEmpty ? [.unknownFactor] : mistakes {
                found.add(
                    [Finding(mistake: mistake, step: step, number: s)],
                    cost: Explanation.Cost.unknownFactor)
            }
        }
        return found.explanation ?? .unknown(at: step)
    }

    /// The step that a factor is told of: the first that was not confirmed, where that is the output.
    func blamed(_ step: Step, _ account: Account) -> Step {
        account.unconfirmed.first?.step == .output ? .output : step
    }
}
