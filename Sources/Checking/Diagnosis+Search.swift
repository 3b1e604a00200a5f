import NeuralNetwork

/// Goes back from the output with the caller's own derivatives, and finds the cheapest explanation
/// of all that were submitted, in one convention.
struct Search {
    let exercise: Exercise
    let submission: Submission
    let convention: Convention
    private let steps: BackwardSteps
    private let exactMatcher: Matcher

    /// One account of the submission so far.
    struct Account: Sendable {
        fileprivate var chain = BackwardChain()
        /// The steps taken since the caller's derivatives last showed that the way is right, and the
        /// chain before each.
        fileprivate var unconfirmed: [(step: Step, chain: BackwardChain)] = []
        fileprivate(set) var outcomes: [GradientID: Outcome] = [:]
        fileprivate(set) var cost = 0.0
        /// The names of the mistakes so far.
        fileprivate var made: Set<String> = []
        /// What the chain may be off by, where it goes on from numbers that the caller rounded.
        fileprivate var slack = 0.0
    }

    /// Accounts that are kept beside the cheapest.
    private static let breadth = 6

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

    private func prune(_ accounts: [Account], _ bound: Double) -> [Account] {
        if accounts.count == 1 { return accounts[0].cost <= bound ? accounts : [] }
        return Array(
            accounts.filter { $0.cost <= bound }.sorted { $0.cost < $1.cost }
                .prefix(Self.breadth))
    }

    private func take(_ step: Step, _ account: inout Account) {
        account.unconfirmed.append((step, account.chain))
        steps.take(step, &account.chain)
        account.slack *= gain(of: step)
    }

    /// How far a unit of what a step starts from can move what it makes, roughly.
    private func gain(of step: Step) -> Double {
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
    private func matcher(_ account: Account) -> Matcher {
        var matcher = exactMatcher
        matcher.slack = account.slack
        return matcher
    }
}

// MARK: dA, dZ and dX

extension Search {
    /// Judges a derivative that is on the way, and goes on from the caller's own.
    private func observe(_ id: GradientID, _ account: Account) -> Account {
        guard let tensor = submission.tensors[id] else { return account }
        guard let g = tensor.matrix, let expected = value(of: id, account.chain) else {
            return account.noting(.unreadable, of: id)
        }
        var account = account
        let isAsExpected = matcher(account).matches(g, expected, id)
        if !isAsExpected, exactMatcher.matches(g, exercise.right(id, in: convention), id) {
            account.cost += Explanation.Cost.outOfChain
        }
        if isAsExpected || exactMatcher.matches(g, exercise.right(id, in: convention), id) {
            account = account.noting(.asExpected, of: id)
        } else {
            account = account.noting(.wrong(explain(g, id, expected, account)), of: id)
        }
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

    private func value(of id: GradientID, _ chain: BackwardChain) -> Matrix<Double>? {
        id.kind == .output ? chain.dA : chain.dZ
    }

    /// Why a derivative on the way is not the expected one.
    private func explain(
        _ g: Matrix<Double>, _ id: GradientID, _ expected: Matrix<Double>, _ account: Account
    ) -> Explanation {
        let matcher = matcher(account)
        var found = Candidates(account.made)
        let step = account.unconfirmed.last.map { blamed($0.step, account) } ?? .output
        for factor in matcher.factors(g, expected, id, at: step) {
            found.add([Finding(factor, at: step)])
        }
        for replayed in replays(account, to: id) {
            guard let value = value(of: id, replayed.chain) else { continue }
            if let direction = replayed.moved.flatMap({ self.value(of: id, $0) }) {
                let along = direction.zipped(with: value, -)
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
    private func commonExplanation(
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
    private func blamed(_ step: Step, _ account: Account) -> Step {
        account.unconfirmed.first?.step == .output ? .output : step
    }
}

// MARK: Mistakes before a derivative

/// The way back with one mistake in it.
private struct Replay {
    let mistake: Mistake
    let step: Step
    let detail: String
    let chain: BackwardChain
    /// The same with the unknown number at 1 in place of 0.
    let moved: BackwardChain?

    func finding(number: Double? = nil) -> Finding {
        Finding(mistake: mistake, step: step, detail: detail, number: number)
    }
}

extension Search {
    /// The unconfirmed steps again, with every known mistake at each of them.
    private func replays(_ account: Account, to id: GradientID) -> [Replay] {
        var replays: [Replay] = []
        for (index, unconfirmed) in account.unconfirmed.enumerated() {
            guard let place = unconfirmed.step.place else { continue }
            let context = steps.context(unconfirmed.step, of: unconfirmed.chain)
            for mistake in Mistake.rules where mistake.place == place {
                for variant in steps.variants(of: mistake, context) {
                    let moved = variant.direction.map { direction in
                        zip(context.right, direction).map { $0.adding($1) }
                    }
                    replays.append(
                        Replay(
                            mistake: mistake, step: unconfirmed.step, detail: variant.detail,
                            chain: replay(account, from: index, variant.values),
                            moved: moved.map { replay(account, from: index, $0) }))
                }
            }
        }
        return replays
    }

    private func replay(
        _ account: Account, from index: Int, _ values: [Matrix<Double>?]
    ) -> BackwardChain {
        var chain = account.unconfirmed[index].chain
        steps.take(account.unconfirmed[index].step, &chain, values: values)
        for later in account.unconfirmed[(index + 1)...] { steps.take(later.step, &chain) }
        return chain
    }
}

// MARK: dW, db and the rest

extension Search {
    /// Judges the derivatives of a layer's parameters: given dZ as it is expected, and given dZ as
    /// mistakes before it would have made it.
    private func observeParameters(
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
    private func rightAccount(
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
    private func whole(_ sum: Matrix<Double>, _ id: GradientID) -> Matrix<Double> {
        let data = sum.scaled(by: exercise.parameterFactor(of: convention))
        let penalty = exercise.penalty(id.layer, id.parameterIndex, in: convention)
        return penalty.map { data.adding($0) } ?? data
    }

    /// The account that looks for mistakes in each parameter's own step.
    private func localAccount(
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

    private func judge(
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
    private func wrongAxis(_ numbers: [Double], _ step: Step, _ account: Account) -> Outcome? {
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

// MARK: The penalty's term

extension Search {
    /// Mistakes in the penalty's term, with a factor on the data's term or without.
    private func penaltyMistakes(
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

    private func termMistakes(
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

// MARK: Mistakes before dZ that only dW and db show

extension Search {
    private func accountsOfMistakesBefore(
        _ account: Account, _ ids: [GradientID], _ expected: [Matrix<Double>], below limit: Double
    ) -> [Account] {
        guard let last = account.unconfirmed.last else { return [] }
        let step = blamed(last.step, account)
        var found: [(account: Account, findings: [Finding], dZ: Matrix<Double>)] = []
        func consider(_ chain: BackwardChain, _ findings: [Finding]) {
            guard let dZ = chain.dZ else { return }
            let made = steps.parameters(of: ids[0].layer, from: chain)
            guard
                let next = self.account(account, chain, findings, ids, made), next.cost <= limit
            else { return }
            found.append((next, findings, dZ))
        }
        // A factor before dZ is one on the data's terms: only those near what is found are tried.
        let ratios = dataFactors(ids, expected)
        func isNear(_ factor: Double) -> Bool {
            ratios.contains { abs($0 - factor) <= 0.1 * abs(factor) }
        }
        let factors = exercise.factors(at: step)
        for factor in factors where isNear(factor.value) {
            var chain = account.chain
            chain.scale(by: factor.value)
            consider(chain, [Finding(factor, at: step)])
        }
        for replayed in replays(account, to: ids[0]) {
            guard let moved = replayed.moved else {
                consider(replayed.chain, [replayed.finding()])
                continue
            }
            guard let rate = learningRate(replayed.chain, moved, ids) else { continue }
            if let index = account.unconfirmed.firstIndex(where: { $0.step == replayed.step }) {
                let context = steps.context(replayed.step, of: account.unconfirmed[index].chain)
                for variant in replayed.mistake.variants(context) {
                    guard let direction = variant.direction else { continue }
                    let values = zip(context.right, direction).map {
                        $0.zipped(with: $1) { $0 + rate * $1 }
                    }
                    consider(
                        replay(account, from: index, values), [replayed.finding(number: rate)])
                }
            }
        }
        if found.isEmpty {
            for (index, first) in factors.enumerated() {
                for second in factors[index...]
                where abs(first.value * second.value - 1) > 1e-9
                    && isNear(first.value * second.value)
                {
                    var chain = account.chain
                    chain.scale(by: first.value * second.value)
                    consider(chain, [Finding(first, at: step), Finding(second, at: step)])
                }
            }
        }
        return merged(found, ids)
    }

    /// The factors that bring each parameter's expected term of the data nearest to the caller's.
    private func dataFactors(_ ids: [GradientID], _ expected: [Matrix<Double>]) -> [Double] {
        ids.compactMap { id in
            let sum = expected[id.parameterIndex]
            guard let g = submission.tensors[id]?.matrix, g.hasShape(of: sum) else { return nil }
            let data = sum.scaled(by: exercise.parameterFactor(of: convention))
            let penalty = exercise.penalty(id.layer, id.parameterIndex, in: convention)
            return Comparison(penalty.map { g.zipped(with: $0, -) } ?? g, data).factor
        }
    }

    /// η that explains the parameters' derivatives, told from the one with the most numbers.
    private func learningRate(
        _ start: BackwardChain, _ moved: BackwardChain, _ ids: [GradientID]
    ) -> Double? {
        let from = steps.parameters(of: ids[0].layer, from: start)
        let to = steps.parameters(of: ids[0].layer, from: moved)
        let id = ids.max {
            from[$0.parameterIndex].elements.count < from[$1.parameterIndex].elements.count
        }
        guard let id, let g = submission.tensors[id]?.matrix else { return nil }
        let value = whole(from[id.parameterIndex], id)
        return exactMatcher.learningRate(
            g, value, whole(to[id.parameterIndex], id).zipped(with: value, -), id)
    }

    /// The account of a mistake before dZ; nil unless some derivative is as it makes it.
    private func account(
        _ account: Account, _ chain: BackwardChain, _ findings: [Finding], _ ids: [GradientID],
        _ made: [Matrix<Double>]
    ) -> Account? {
        var next = account
        next.chain = chain
        next.unconfirmed = []
        var explanation = Candidates(account.made)
        explanation.add(findings)
        guard let explanation = explanation.explanation else { return nil }
        var isShown = false
        for id in ids {
            guard let g = submission.tensors[id]?.matrix else {
                next = next.noting(judge(id, made[id.parameterIndex], next), of: id)
                continue
            }
            let value = whole(made[id.parameterIndex], id)
            let matcher = matcher(account)
            if matcher.matches(g, value, id) {
                let isRight = exactMatcher.matches(g, exercise.right(id, in: convention), id)
                next = next.noting(
                    isRight ? .asExpected : isShown ? .shows(explanation) : .wrong(explanation),
                    of: id)
                if !isRight { isShown = true }
            } else {
                let step = Step.parameter(id.layer, id.parameterIndex)
                var own = Candidates(account.made)
                for factor in matcher.factors(g, value, id, at: step) {
                    own.add([Finding(factor, at: step)])
                }
                next = next.noting(.wrong(own.explanation ?? .unknown(at: step)), of: id)
            }
        }
        return isShown ? next : nil
    }

    /// Accounts that come to the same dZ at the same cost are one, with several names.
    private func merged(
        _ found: [(account: Account, findings: [Finding], dZ: Matrix<Double>)],
        _ ids: [GradientID]
    ) -> [Account] {
        var merged: [(account: Account, alternatives: [[Finding]], dZ: Matrix<Double>)] = []
        for (account, findings, dZ) in found.sorted(by: { $0.account.cost < $1.account.cost }) {
            let same = merged.firstIndex {
                $0.account.cost == account.cost
                    && $0.dZ.zipped(with: dZ, -).peak <= 1e-6 * max(dZ.peak, $0.dZ.peak)
            }
            if let same {
                merged[same].alternatives.append(findings)
            } else {
                merged.append((account, [findings], dZ))
            }
        }
        return merged.prefix(Self.breadth).map { entry in
            var account = entry.account
            account.replaceAlternatives(of: ids, entry.alternatives)
            return account
        }
    }
}

// MARK: Details

extension Search.Account {
    func noting(_ outcome: Outcome, of id: GradientID) -> Search.Account {
        var account = self
        account.outcomes[id] = outcome
        if case .wrong(let explanation) = outcome {
            account.cost += explanation.cost
            for finding in explanation.alternatives.joined() {
                account.made.insert(finding.mistake.name)
            }
        }
        if case .unreadable = outcome { account.cost += Explanation.Cost.unknown }
        return account
    }

    /// Puts all names of the same mistake where one of them stands.
    fileprivate mutating func replaceAlternatives(
        of ids: [GradientID], _ alternatives: [[Finding]]
    ) {
        guard alternatives.count > 1 else { return }
        let steps = Set(alternatives.joined().map(\.step))
        for id in ids {
            switch outcomes[id] {
            case .wrong(var explanation) where explanation.isOf(steps):
                explanation.alternatives = alternatives
                outcomes[id] = .wrong(explanation)
            case .shows(var explanation) where explanation.isOf(steps):
                explanation.alternatives = alternatives
                outcomes[id] = .shows(explanation)
            default: break
            }
        }
    }
}

extension Explanation {
    fileprivate func isOf(_ steps: Set<Step>) -> Bool {
        alternatives.joined().contains { steps.contains($0.step) }
    }
}

/// Explanations of one derivative, of which the cheapest are kept.
private struct Candidates {
    private let made: Set<String>
    private(set) var best = Double.infinity
    private var alternatives: [[Finding]] = []

    init(_ made: Set<String>) { self.made = made }

    mutating func add(_ findings: [Finding], cost: Double? = nil) {
        let cost =
            cost
            ?? findings.reduce(0) {
                $0
                    + (made.contains($1.mistake.name)
                        ? Explanation.Cost.again : Explanation.Cost.mistake)
            }
        if cost < best {
            best = cost
            alternatives = []
        }
        let names = findings.map(\.mistake.name)
        guard cost == best, !alternatives.contains(where: { $0.map(\.mistake.name) == names })
        else {
            return
        }
        alternatives.append(findings)
    }

    var explanation: Explanation? {
        // Who takes another loss's derivative has mostly done something else with the same numbers.
        let (unlikely, likely) = alternatives.stablyParted { $0[0].mistake.name == "another_loss" }
        return alternatives.isEmpty
            ? nil : Explanation(alternatives: likely + unlikely, cost: best)
    }
}

extension [[Finding]] {
    fileprivate func stablyParted(
        _ isOfFirst: ([Finding]) -> Bool
    ) -> (first: [[Finding]], rest: [[Finding]]) {
        (filter(isOfFirst), filter { !isOfFirst($0) })
    }
}

extension Finding {
    init(_ factor: Factor, at step: Step) {
        self.init(mistake: factor.mistake, step: step, number: factor.value)
    }
}

extension Step {
    /// Where in `Mistake.rules` the mistakes at it are.
    var place: Mistake.Place? {
        switch self {
        case .output: .output
        case .activation: .activation
        case .inputs: .inputs
        case .parameter: .parameter
        }
    }
}

extension GradientID {
    /// The parameter's index; 0 for another derivative.
    var parameterIndex: Int {
        if case .parameter(let index) = kind { index } else { 0 }
    }
}
