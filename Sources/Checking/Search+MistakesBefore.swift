import NeuralNetwork

extension Search {
    func accountsOfMistakesBefore(
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
        for replayed in replays(account) {
            guard let moved = replayed.moved else {
                consider(replayed.chain, [replayed.finding()])
                continue
            }
            guard let rate = learningRate(replayed.chain, moved(1), ids) else { continue }
            consider(moved(rate), [replayed.finding(number: rate)])
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
    func dataFactors(_ ids: [GradientID], _ expected: [Matrix<Double>]) -> [Double] {
        ids.compactMap { id in
            let sum = expected[id.parameterIndex]
            guard let g = submission.tensors[id]?.matrix, g.hasShape(of: sum) else { return nil }
            let data = sum.scaled(by: exercise.parameterFactor(of: convention))
            let penalty = exercise.penalty(id.layer, id.parameterIndex, in: convention)
            return Comparison(penalty.map { g.zipped(with: $0, -) } ?? g, data).factor
        }
    }

    /// η that explains the parameters' derivatives, told from the one with the most numbers.
    func learningRate(
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
    func account(
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
    func merged(
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
