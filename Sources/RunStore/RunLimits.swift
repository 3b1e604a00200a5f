/// How much is kept. Runs that have ended make room, the longest ended first.
public struct RunLimits: Sendable, Equatable {
    public var runs: Int
    public var bytes: Int
    /// How long a run is kept after its end, in seconds.
    public var age: Double

    public init(runs: Int, bytes: Int, age: Double) {
        self.runs = runs
        self.bytes = bytes
        self.age = age
    }
}
