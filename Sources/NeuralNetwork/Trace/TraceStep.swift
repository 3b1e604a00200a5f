/// One operation of a forward or a backward pass, as a person would write it in a line of code.
public struct TraceStep<S: Scalar>: Sendable {
    public let pass: Pass
    /// The index of the layer that it belongs to; nil for the loss and the cost.
    public var layer: Int?
    /// `linear_forward`, `activation_backward` …
    public let name: String
    public let result: TracedArray
    public let formula: Expression
    public let operands: [TracedArray]
    /// The number that the convention, the loss or the penalty multiplies by, where one does.
    public var factor: TraceFactor?
    /// A sentence on what the formula does not say of itself.
    public var why: String?
    /// The first numbers of the result, row-major in the layout.
    public var first: [S]
    /// The result, where it is one number.
    public var scalar: Double?
    /// Which of several upstream derivatives it goes back from.
    public var seed: Int?

    public enum Pass: String, Sendable {
        case forward, backward
    }
}

/// An array that an operation takes or gives, by its name in the formula.
public struct TracedArray: Equatable, Sendable {
    public let name: String
    /// As the layout has it.
    public let shape: [Int]
}

/// A number that an operation multiplies by, and why.
public struct TraceFactor: Equatable, Sendable {
    public let value: Double
    /// `1/m`.
    public let symbol: String
    public let why: String
}

/// What a trace depends on beside the network and its passes.
public struct TraceSetting<S: Scalar>: Sendable {
    public let convention: Convention
    public let layout: Layout
    public let denominator: Denominator
    public let penalty: Penalty?
    /// Nil where the backward pass begins with a dA that the caller gave.
    public let objective: Objective<S>?
    public let caches: [LayerCache<S>]?

    public init(
        _ convention: Convention, _ layout: Layout, denominator: Denominator,
        penalty: Penalty? = nil, objective: Objective<S>? = nil, caches: [LayerCache<S>]? = nil
    ) {
        self.convention = convention
        self.layout = layout
        self.denominator = denominator
        self.penalty = penalty
        self.objective = objective
        self.caches = caches
    }
}
