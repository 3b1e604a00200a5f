/// How much one request may ask for; known from its shapes, before the work starts.
public struct ServiceLimits: Sendable, Equatable {
    /// Nested objects and lists. A request needs 6; what is far deeper is an attack.
    public var nestingDepth = 64
    /// Numbers of all arrays of a request: as many as parameters.
    public var numbers = 50_000_000
    /// Layers of a network.
    public var layers = 1_000
    /// Weights and biases of a network: 400 MB of float64.
    public var parameters = 50_000_000
    /// Multiplications and additions of all passes: about half a minute on two cores.
    public var operations = 1e12
    /// The same of a training that nobody waits for: about an hour.
    public var detachedOperations = 1e14
    /// Bytes of the arrays that are held at once.
    public var bytes = 4_000_000_000.0
    /// Bytes that all computations together may take, as `ArrayBudget` counts them.
    public var memory = Int.max
    /// Steps of a training, each of which costs something whatever the size of the network.
    public var steps = 10_000_000
    /// Costs and other numbers that a training reports, which are held and answered together.
    public var reportedNumbers = 10_000_000

    public init() {}

    /// The limits of a training that nobody waits for.
    var detached: ServiceLimits {
        var limits = self
        limits.operations = detachedOperations
        return limits
    }
}
