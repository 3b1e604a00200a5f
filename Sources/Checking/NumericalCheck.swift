import NeuralNetwork

/// The gradient check of the course: each derivative of J beside its central difference,
/// `(J(θ + h) − J(θ − h)) / 2h`, which is made by forward passes alone.
public struct NumericalCheck: Sendable {
    public var settings: NumericalSettings
    /// How far a right derivative may be from a central difference, relative to the larger of them:
    /// the error of a step is well below it, and the smallest mistake well above.
    public var tolerance = 1e-5
    /// The same in the derivative's own unit, of numbers that were rounded before they came.
    public var resolution = 0.0

    public init(_ settings: NumericalSettings = NumericalSettings()) {
        self.settings = settings
    }

    /// The check stopped because nobody waits for it any more.
    public struct Cancelled: Error {}

    /// Holds derivatives of J against central differences.
    ///
    /// `analytic` are J's by the parameters of each layer, shaped as those, the penalty's included;
    /// nil for what is not to be checked. `isCancelled` is asked before each forward pass.
    public func run(
        network: Network<Double>, inputs: Matrix<Double>, run: Run, objective: Objective<Double>,
        denominator: Double, penalty: Penalty? = nil, analytic: [[Matrix<Double>?]],
        isCancelled: () -> Bool = { false }
    ) throws(Cancelled) -> Result {
        try withoutActuallyEscaping(isCancelled) { isCancelled throws(Cancelled) in
            var cost = MovedCost(
                network, network.forward(inputs, run), objective, denominator: denominator,
                penalty: penalty, isCancelled: isCancelled)
            return try check(analytic, &cost)
        }
    }

    private func check(
        _ analytic: [[Matrix<Double>?]], _ cost: inout MovedCost
    ) throws(Cancelled) -> Result {
        let tensors = analytic.enumerated().flatMap { layer, matrices in
            matrices.enumerated().compactMap { index, matrix in
                matrix.map { (id: GradientID(layer, .parameter(index)), matrix: $0) }
            }
        }
        let counts = tensors.map(\.matrix.elements.count)
        var random = LegacyRandom(seed: settings.seed)
        cost.noise = try CostNoise.estimate(of: &cost, &random)
        var looks = LookBudget(entries: settings.entries(of: counts).reduce(0, +))
        var results: [Tensor] = []
        for (tensor, count) in zip(tensors, settings.entries(of: counts)) {
            guard case .parameter(let parameter) = tensor.id.kind else { continue }
            var entries: [Entry] = []
            looks.shortenings = 1
            for index in random.sample(count, of: tensor.matrix.elements.count) {
                let move = ParameterMove.entry(
                    layer: tensor.id.layer, parameter: parameter, index: index)
                let value = tensor.matrix.elements[index]
                let derivative = Derivative(
                    value: value, scale: abs(value), tolerance: tolerance, resolution: resolution)
                entries.append(try entry(index, derivative, along: move, &cost, &looks))
            }
            results.append(
                Tensor(
                    id: tensor.id, declared: cost.declaration(of: tensor.id),
                    name: cost.name(of: tensor.id), entries: entries, tolerance: tolerance,
                    resolution: resolution))
        }
        var directions: [Entry] = []
        for index in 0..<settings.directions(over: counts) {
            let direction = cost.randomDirection(over: analytic, &random)
            looks.left += 2
            looks.shortenings = 1
            let (slope, scale) = direction.slope(analytic)
            let derivative = Derivative(
                value: slope, scale: scale, tolerance: tolerance, resolution: 4 * resolution)
            directions.append(
                try entry(index, derivative, along: .direction(direction), &cost, &looks))
        }
        return Result(
            settings: settings, cost: cost.cost, noise: cost.noise, passes: cost.passes,
            tensors: results, directions: directions, tolerance: tolerance, resolution: resolution)
    }
}

/// How often derivatives that do not agree may still be looked at with a shorter step.
struct LookBudget {
    var left: Int
    /// By how many tenths the step of a tensor was too long, so that it need not be found for each
    /// of its entries anew.
    var shortenings = 1

    /// Two for each entry, and some to find the step.
    init(entries: Int) { left = 2 * entries + Self.spare }

    static let spare = 20

    /// Whether there was one left, which is taken.
    mutating func take() -> Bool {
        guard left > 0 else { return false }
        left -= 1
        return true
    }
}

// MARK: One derivative

extension NumericalCheck {
    /// A step that seems too long is shortened by no more tenths, and one over a kink: there the
    /// next may cross it as well.
    private static let mostTenths = (tooLong: 6, atKink: 2)

    /// A derivative beside its central difference. One that does not agree is looked at again with
    /// a shorter step, as the step may have been too long, or gone over a kink.
    private func entry(
        _ index: Int, _ derivative: Derivative, along move: ParameterMove, _ cost: inout MovedCost,
        _ looks: inout LookBudget
    ) throws(Cancelled) -> Entry {
        var step = settings.step.size(at: cost.size(of: move))
        let first = try cost.difference(along: move, step: step)
        var look = first
        var (verdict, isProvisional) = derivative.judge(look)
        var kink = verdict == .atKink ? look.kink : nil
        var shortenings = 0
        var lastChange = Double.infinity
        while isProvisional,
            shortenings < (verdict == .atKink ? Self.mostTenths.atKink : Self.mostTenths.tooLong)
        {
            let tenths = shortenings == 0 ? looks.shortenings : 1
            shortenings += tenths
            for _ in 0..<tenths { step /= 10 }
            guard looks.take(), case let next = try cost.difference(along: move, step: step),
                next.slope.isFinite
            else { break }
            if verdict == .disagrees {
                if derivative.isAtUnknownKink(look, next) {
                    (verdict, kink, isProvisional) = (.atKink, .unknown, false)
                    break
                }
                let change = abs(look.slope - next.slope)
                if change <= derivative.allowance(next), derivative.judge(next).0 == .disagrees {
                    isProvisional = false  // It is the derivative that is wrong.
                    break
                }
                if change > lastChange / 5, change < 1000 * next.noise,
                    derivative.judge(next).0 == .disagrees
                {
                    // Not the step was too long: a shorter one has more rounding in it.
                    look = first.with(noise: 2 * max(change, lastChange))
                    (verdict, _) = derivative.judge(look)
                    isProvisional = false
                    break
                }
                lastChange = change
            }
            look = next
            (verdict, isProvisional) = derivative.judge(look)
            if verdict == .atKink { kink = kink ?? look.kink }
        }
        if isProvisional, verdict == .disagrees { verdict = .notMeasured }
        if shortenings > 0, verdict == .agrees, kink == nil { looks.shortenings = shortenings }
        if verdict == .atKink { look = first }  // Of the longest step, rounding is the least.
        return Entry(
            index: index, analytic: derivative.value, numeric: look.slope, plain: first.slope,
            left: look.left, right: look.right, noise: look.noise, kink: kink, verdict: verdict)
    }
}

/// A derivative that is held against central differences.
struct Derivative {
    let value: Double
    /// What it was added up from, in size: a sum that nearly cancels is no more exact than that.
    let scale: Double
    let tolerance: Double
    let resolution: Double

    /// What one look says; provisional is what a shorter step may change.
    func judge(_ look: CentralDifference) -> (NumericalCheck.Verdict, isProvisional: Bool) {
        guard look.slope.isFinite else { return (.notMeasured, false) }
        guard value.isFinite else { return (.disagrees, false) }
        let allowance = allowance(look)
        guard abs(value - look.slope) <= allowance else {
            return (look.kink == nil ? .disagrees : .atKink, true)
        }
        if look.kink != nil, abs(look.right - look.left) / 2 > allowance { return (.atKink, false) }
        let isZero = value == 0 && look.slope == 0
        // Within ten times its noise, a factor of 1.1 would hardly be seen.
        let isNoise = max(abs(value), abs(look.slope)) <= 10 * look.noise
        return (isNoise && !isZero ? .withinNoise : .agrees, false)
    }

    /// How far the derivative may be from a central difference if it is right.
    func allowance(_ look: CentralDifference) -> Double {
        look.noise + resolution + tolerance * max(scale, abs(look.slope))
    }

    /// Whether the slopes on the two sides differ as much when the step is a tenth: of a smooth
    /// function they differ by a tenth then.
    func isAtUnknownKink(_ look: CentralDifference, _ shorter: CentralDifference) -> Bool {
        let jump = abs(shorter.right - shorter.left)
        return jump > 4 * shorter.noise && jump > abs(look.right - look.left) / 2
            && abs(value - shorter.slope) <= jump
    }
}
