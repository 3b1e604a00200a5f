import NeuralNetwork

/// The way back with one mistake in it.
struct Replay {
    let mistake: Mistake
    let step: Step
    let detail: String
    /// The chain, for a mistake with an unknown number at 0.
    let chain: BackwardChain
    /// The chain for another such number; nil for a mistake without.
    let moved: ((_ number: Double) -> BackwardChain)?

    func finding(number: Double? = nil) -> Finding {
        Finding(mistake: mistake, step: step, detail: detail, number: number)
    }
}

extension Search {
    /// The unconfirmed steps again, with every known mistake at each of them.
    func replays(_ account: Account) -> [Replay] {
        var replays: [Replay] = []
        for (index, unconfirmed) in account.unconfirmed.enumerated() {
            let context = steps.context(unconfirmed.step, of: unconfirmed.chain)
            for mistake in Mistake.rules where mistake.place == unconfirmed.step.place {
                for variant in steps.variants(of: mistake, context) {
                    replays.append(
                        Replay(
                            mistake: mistake, step: unconfirmed.step, detail: variant.detail,
                            chain: replay(account, from: index, variant.values),
                            moved: variant.direction.map { direction in
                                { number in
                                    let values = zip(context.right, direction).map {
                                        $0.zipped(with: $1) { $0 + number * $1 }
                                    }
                                    return replay(account, from: index, values)
                                }
                            }))
                }
            }
        }
        return replays
    }

    func replay(
        _ account: Account, from index: Int, _ values: [Matrix<Double>?]
    ) -> BackwardChain {
        var chain = account.unconfirmed[index].chain
        steps.take(account.unconfirmed[index].step, &chain, values: values)
        for later in account.unconfirmed[(index + 1)...] { steps.take(later.step, &chain) }
        return chain
    }
}
