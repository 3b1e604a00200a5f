/// How much is kept. Runs that have ended make room, the longest ended first.
public struct RunLimits: Sendable, Equatable {
    public var runs: Int
    /// What all of them may take. A run that has not ended never makes room for another.
    public var bytes: Int
    /// How long a run is kept after its end, in seconds.
    public var age: Double

    public init(runs: Int, bytes: Int, age: Double) {
        self.runs = runs
        self.bytes = bytes
        self.age = age
    }

    /// What one run may take: a quarter of the bytes, so that no run by itself makes all others go.
    public var bytesOfRun: Int { bytes / 4 }
}
