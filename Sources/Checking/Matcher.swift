import NeuralNetwork

/// Decides whether submitted numbers are what some rule gives, up to rounding.
struct Matcher: Sendable {
    let exercise: Exercise
    let exactness: Exactness
    let convention: Convention
    /// What the caller's own derivatives, from which the way went on, may be off by.
    var slack = 0.0

    /// What a derivative may be off by that is expected times a factor.
    func tolerance(_ id: GradientID, _ expected: Matrix<Double>, times factor: Double = 1) -> Double
    {
        var scale = exercise.signalFactor(of: convention)
        if case .parameter = id.kind { scale *= exercise.parameterFactor(of: convention) }
        return exactness.tolerance(
            expected.peak * abs(factor),
            noise: (exercise.noise[id] ?? 0) * scale * max(1, abs(factor)))
            + slack * gain(id) * abs(factor) + exactness.zero * exercise.zeroScale
    }

    /// How far a unit of dZ moves the derivative of a parameter.
    private func gain(_ id: GradientID) -> Double {
        guard slack > 0, case .parameter = id.kind else { return 1 }
        let pass = exercise.pass.layers[id.layer]
        return exercise.parameterFactor(of: convention) * Double(pass.preActivation.rows)
            * max(1, pass.inputs.reduce(0) { max($0, $1.peak) })
    }

    func matches(_ g: Matrix<Double>, _ expected: Matrix<Double>, _ id: GradientID) -> Bool {
        matches(g, expected, within: tolerance(id, expected))
    }

    private func matches(
        _ g: Matrix<Double>, _ expected: Matrix<Double>, times factor: Double = 1,
        within tolerance: Double
    ) -> Bool {
        guard g.hasShape(of: expected) else { return false }
        let (x, y) = (g.elements, expected.elements)
        return x.indices.allSatisfy { abs(x[$0] - factor * y[$0]) <= tolerance }
    }

    /// The named factors by which a derivative is what was expected.
    func factors(
        _ g: Matrix<Double>, _ expected: Matrix<Double>, _ id: GradientID, at step: Step
    ) -> [Factor] {
        let comparison = Comparison(g, expected)
        return factors(g, expected, id, comparison, among: exercise.factors(at: step))
    }

    private func factors(
        _ g: Matrix<Double>, _ expected: Matrix<Double>, _ id: GradientID,
        _ comparison: Comparison, among factors: [Factor]
    ) -> [Factor] {
        guard let s = comparison.factor, isNoLoss(g, expected, id) else { return [] }
        return factors.filter { factor in
            abs(s - factor.value) <= 0.1 * abs(factor.value)
                && matches(
                    g, expected, times: factor.value,
                    within: tolerance(id, expected, times: factor.value))
        }
    }

    /// Pairs of named factors whose product it is.
    func factorPairs(
        _ g: Matrix<Double>, _ expected: Matrix<Double>, _ id: GradientID, at step: Step
    ) -> [(Factor, Factor)] {
        guard let s = Comparison(g, expected).factor, isNoLoss(g, expected, id) else { return [] }
        let factors = exercise.factors(at: step)
        var pairs: [(Factor, Factor)] = []
        for (index, first) in factors.enumerated() {
            for second in factors[index...] {
                let product = first.value * second.value
                guard abs(product - 1) > 1e-9, abs(s - product) <= 0.1 * abs(product),
                    matches(
                        g, expected, times: product,
                        within: tolerance(id, expected, times: product))
                else { continue }
                pairs.append((first, second))
            }
        }
        return pairs
    }

    /// The factor by which a derivative is what was expected, whatever its name; nil where there is
    /// none, or so few numbers that there is always one.
    func anyFactor(
        _ g: Matrix<Double>, _ expected: Matrix<Double>, _ id: GradientID
    ) -> Double? {
        let peak = expected.peak
        guard let s = Comparison(g, expected).factor, s != 0, isNoLoss(g, expected, id),
            expected.elements.count(where: { abs($0) > 1e-3 * peak }) > 1,
            matches(g, expected, times: s, within: tolerance(id, expected, times: s))
        else { return nil }
        return s
    }

    /// Whether both are large enough beside what rounding does that a factor says something.
    private func isNoLoss(
        _ g: Matrix<Double>, _ expected: Matrix<Double>, _ id: GradientID
    ) -> Bool {
        g.hasShape(of: expected) && expected.peak > 20 * tolerance(id, expected)
            && g.peak > 20 * exactness.halfUnit
    }

    /// η where g is `start + η·direction`, for a positive η.
    func learningRate(
        _ g: Matrix<Double>, _ start: Matrix<Double>, _ direction: Matrix<Double>,
        _ id: GradientID
    ) -> Double? {
        guard g.hasShape(of: start), direction.peak > 0 else { return nil }
        let comparison = Comparison(g.zipped(with: start, -), direction)
        guard let rate = comparison.factor, rate > 1e-9, rate < 1e3 else { return nil }
        let made = start.zipped(with: direction) { $0 + rate * $1 }
        guard matches(g, made, id), !matches(g, start, id) else { return nil }
        // Of so few numbers there is always a rate: it has to be a round one.
        guard g.elements.count(where: { $0 != 0 }) > 2 || rate.isRound else { return nil }
        return rate
    }
}

extension Double {
    /// Whether it has at most two digits.
    var isRound: Bool {
        var scaled = self
        while scaled < 10 { scaled *= 10 }
        while scaled >= 100 { scaled /= 10 }
        return abs(scaled - scaled.rounded()) < 1e-4
    }
}
