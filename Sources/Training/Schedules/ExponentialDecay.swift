import Glibc
import NeuralNetwork

/// Exponential decay, as Keras's `ExponentialDecay`; with `decay_steps` 1 PyTorch's `ExponentialLR`.
public struct ExponentialDecay: Schedule {
    static let choice = Choice<any Schedule>(
        "exponential", otherNames: ["exponential_decay", "exponential_lr"],
        settings: [
            .number("decay_rate", default: 0.95, in: 0...10),
            .integer("decay_steps", default: 1, in: 1...1_000_000_000),
            .flag("staircase", default: false),
            .unit,
        ]
    ) {
        ExponentialDecay(
            decayRate: $0.number("decay_rate"), decaySteps: $0.integer("decay_steps"),
            isStaircase: $0.flag("staircase"), unit: $0.word("unit"))
    }

    public var decayRate: Double
    public var decaySteps: Int
    /// Whether t/decay_steps is rounded down.
    public var isStaircase: Bool
    public var unit: ScheduleUnit

    public var formula: String {
        isStaircase
            ? "η = η₀·decay_rate^⌊t / decay_steps⌋" : "η = η₀·decay_rate^(t / decay_steps)"
    }

    public func rate(base: Double, at moment: Moment, state: ScheduleState) -> Double {
        var p = moment.count(of: unit) / Double(decaySteps)
        if isStaircase { p.round(.down) }
        return base * pow(decayRate, p)
    }
}
