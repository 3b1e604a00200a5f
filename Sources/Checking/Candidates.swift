/// Explanations of one derivative, of which the cheapest are kept.
struct Candidates {
    let made: Set<String>
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
        let isUnlikely = { (findings: [Finding]) in findings[0].mistake.name == "another_loss" }
        return alternatives.isEmpty
            ? nil
            : Explanation(
                alternatives: alternatives.filter { !isUnlikely($0) }
                    + alternatives.filter(isUnlikely), cost: best)
    }
}
