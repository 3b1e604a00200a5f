import NeuralNetwork

extension Search {
    /// One account of the submission so far.
    struct Account: Sendable {
        var chain = BackwardChain()
        /// The steps taken since the caller's derivatives last showed that the way is right, and the
        /// chain before each.
        var unconfirmed: [(step: Step, chain: BackwardChain)] = []
        var outcomes: [GradientID: Outcome] = [:]
        var cost = 0.0
        /// The names of the mistakes so far.
        var made: Set<String> = []
        /// What the chain may be off by, where it goes on from numbers that the caller rounded.
        var slack = 0.0
    }
}

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
    mutating func replaceAlternatives(
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
    func isOf(_ steps: Set<Step>) -> Bool {
        alternatives.joined().contains { steps.contains($0.step) }
    }
}
