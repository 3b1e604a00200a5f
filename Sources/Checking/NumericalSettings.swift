/// How a numerical gradient check is done.
public struct NumericalSettings: Equatable, Sendable {
    public var step = Step.optimal
    /// How many entries of each tensor are tried at most; nil for all of a small network, and some
    /// of a large one.
    public var sample: Int?
    /// In how many random directions over all parameters at once; nil for none where every entry
    /// is tried, and some otherwise.
    public var directions: Int?
    /// Of the sample and of the directions.
    public var seed: UInt32 = 0

    public init() {}

    /// How far a parameter θ is moved to each side.
    public enum Step: Equatable, Sendable {
        /// `∛ε·max(1, |θ|)`, about 6e-6: there the two errors of a central difference, that of the
        /// step, h²/6 times the third derivative, and that of rounding, ε/h, are of one size.
        case optimal
        /// The same for every parameter.
        case absolute(Double)

        /// The course's ε.
        public static let course = Step.absolute(1e-7)

        /// h, for a parameter or for the length of all of them.
        public func size(at parameter: Double) -> Double {
            switch self {
            case .optimal: 6e-6 * max(1, abs(parameter))
            case .absolute(let step): step
            }
        }
    }

    /// Up to so many entries in all, every one is tried by default.
    static let smallNetwork = 1000
    /// Of a larger network, so many entries of each tensor, and so many directions.
    static let defaultSample = 40
    static let defaultDirections = 5

    /// How many entries of tensors of these sizes are tried, of each.
    func entries(of counts: [Int]) -> [Int] {
        let isSmall = counts.reduce(0, +) <= Self.smallNetwork
        let most = sample ?? (isSmall ? .max : Self.defaultSample)
        return counts.map { min($0, most) }
    }

    func directions(over counts: [Int]) -> Int {
        directions ?? (entries(of: counts) == counts ? 0 : Self.defaultDirections)
    }

    /// The most forward passes that a check of tensors of these sizes takes, by which the work is
    /// bounded before it starts: two for each entry and direction, and twice as many for second
    /// looks.
    public func passes(ofTensors counts: [Int], layers: Int) -> Double {
        let tried = entries(of: counts).reduce(0.0) { $0 + Double($1) }
        return 1 + Double(CostNoise.passes(layers: layers)) + 2 * Double(LookBudget.spare)
            + 6 * (tried + Double(directions(over: counts)))
    }
}
