import NeuralNetwork

/// How far rounding puts a cost off.
///
/// Found in two ways, of which the larger counts: what the rounding of all sums comes to shows in
/// the cost's scatter; but where A is so near to 1 that a small step does not change it at all,
/// nothing scatters, and what shows it is how much the cost would move if A were another by ε.
enum CostNoise {
    /// How many costs are looked at for scatter.
    private static let places = 12
    /// How often Z and A of each layer are moved.
    private static let draws = 3
    /// How far numbers are moved, relative to their size: 256 times their rounding.
    private static let step = 0x1p-44

    /// The most forward passes that it takes.
    static func passes(layers: Int) -> Int { places + 4 * draws * layers }

    static func estimate(
        of cost: inout MovedCost, _ random: inout LegacyRandom
    ) throws(NumericalCheck.Cancelled) -> Double {
        let least = abs(cost.cost) * Double.ulpOfOne
        guard least.isFinite else { return 0 }
        return try max(least, scatter(of: &cost, &random), response(of: &cost, &random))
    }

    /// The scatter of costs at places so near to one another that a smooth function is a straight
    /// line there: their third differences are rounding alone, with a variance of 20σ² (Moré and
    /// Wild, "Estimating computational noise", 2011).
    private static func scatter(
        of cost: inout MovedCost, _ random: inout LegacyRandom
    ) throws(NumericalCheck.Cancelled) -> Double {
        let move = ParameterMove.direction(cost.relativeDirection(&random))
        var values: [Double] = []
        for index in 1...places {
            values.append(try cost.at(Double(index) * step, along: move).cost)
        }
        for _ in 1...3 { values = zip(values.dropFirst(), values).map { $0 - $1 } }
        let length = norm(values)
        return length.isFinite ? length / (20 * Double(values.count)).squareRoot() : 0
    }

    /// How far the cost goes where every Z and A is off by its rounding, up or down at random.
    private static func response(
        of cost: inout MovedCost, _ random: inout LegacyRandom
    ) throws(NumericalCheck.Cancelled) -> Double {
        var changes: [Double] = []
        for layer in cost.layers {
            for _ in 1...draws {
                for isActivation in [false, true] {
                    var other = try cost.cost(moving: layer, isActivation: isActivation) {
                        random.uniform() < 0.5 ? $0 * (1 + step) : $0 * (1 - step)
                    }
                    if !other.isFinite {  // Of A near 1, the logarithm of 1 − A may be none.
                        other = try cost.cost(moving: layer, isActivation: isActivation) {
                            $0 * (1 - step * (1 + random.uniform()) / 2)
                        }
                    }
                    if other.isFinite { changes.append(other - cost.cost) }
                }
            }
        }
        return norm(changes) / Double(draws).squareRoot() * (Double.ulpOfOne / step)
    }
}

extension LegacyRandom {
    /// So many of the indices below `count`, each once, in order.
    mutating func sample(_ size: Int, of count: Int) -> [Int] {
        guard size < count else { return Array(0..<count) }
        var chosen: Set<Int> = []  // Floyd's way (Bentley, 1987): one draw for each.
        for last in (count - size)..<count {
            let drawn = min(Int(uniform() * Double(last + 1)), last)
            if !chosen.insert(drawn).inserted { chosen.insert(last) }
        }
        return chosen.sorted()
    }
}
