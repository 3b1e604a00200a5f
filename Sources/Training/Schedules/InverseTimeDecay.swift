import NeuralNetwork

/// Decay by the inverse of time: the course's, with its fixed interval, and Keras's
/// `InverseTimeDecay` with `decay_steps` and `staircase`.
public struct InverseTimeDecay: Schedule {
    static let choice = Choice<any Schedule>(
        "inverse_time", otherNames: ["inverse_time_decay", "time_based"],
        settings: [
            .number("decay_rate", default: 1, in: 0...1e6),
            .integer("interval", default: 1, in: 1...1_000_000_000),
            .integer("decay_steps", default: 1, in: 1...1_000_000_000),
            .flag("staircase", default: false),
            .unit,
        ]
    ) {
        InverseTimeDecay(
            decayRate: $0.number("decay_rate"), interval: $0.integer("interval"),
            decaySteps: $0.integer("decay_steps"), isStaircase: $0.flag("staircase"),
            unit: $0.word("unit"))
    }

    public var decayRate: Double
    /// Between its multiples the rate stays.
    public var interval: Int
    public var decaySteps: Int
    /// Whether ⌊t/interval⌋/decay_steps is rounded down.
    public var isStaircase: Bool
    public var unit: ScheduleUnit

    public var formula: String {
        isStaircase
            ? "η = η₀ / (1 + decay_rate·⌊⌊t/interval⌋ / decay_steps⌋)"
            : "η = η₀ / (1 + decay_rate·⌊t/interval⌋ / decay_steps)"
    }

    public func rate(base: Double, at moment: Moment, state: ScheduleState) -> Double {
        var p = (moment.count(of: unit) / Double(interval)).rounded(.down) / Double(decaySteps)
        if isStaircase { p.round(.down) }
        return base / (1 + decayRate * p)
    }
}
