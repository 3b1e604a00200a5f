import Glibc
import NeuralNetwork

/// Decay along half a cosine (Loshchilov and Hutter, 2017), as Keras's `CosineDecay`: with
/// `warmup_target` the rate first goes in a line from η₀ to that target, and decays from there.
public struct CosineDecay: Schedule {
    static let choice = Choice<any Schedule>(
        "cosine", otherNames: ["cosine_decay", "cosine_annealing", "cosine_annealing_lr"],
        settings: [
            .decaySteps,
            .number("alpha", default: 0, in: 0...1),
            .optionalNumber("warmup_target", in: 0...1e6),
            .integer("warmup_steps", default: 0, in: 0...1_000_000_000),
            .unit,
        ],
        check: { settings in
            guard settings.integer("warmup_steps") > 0, settings.givenNumber("warmup_target") == nil
            else { return nil }
            return (
                "warmup_steps",
                "goes with \"warmup_target\", the rate that the warm-up leads to; "
                    + "it starts from the training's learning_rate"
            )
        }
    ) {
        CosineDecay(
            decaySteps: $0.size("decay_steps"), alpha: $0.number("alpha"),
            warmupTarget: $0.givenNumber("warmup_target"),
            warmupSteps: $0.integer("warmup_steps"), unit: $0.word("unit"))
    }

    /// The length of the decay, that of the warm-up not included.
    public var decaySteps: Int
    /// What is left at the end, as a share of what the decay starts from.
    public var alpha: Double
    public var warmupTarget: Double?
    public var warmupSteps: Int
    public var unit: ScheduleUnit

    public var formula: String {
        let decay = "((1 − alpha)·½·(1 + cos(π·min(s, d)/d)) + alpha)"
        return warmupTarget == nil
            ? "η = η₀·\(decay), s = t, d = decay_steps"
            : "η = η₀ + (target − η₀)·t/warmup_steps where t < warmup_steps; then "
                + "η = target·\(decay), s = t − warmup_steps, d = decay_steps"
    }

    public func rate(base: Double, at moment: Moment, state: ScheduleState) -> Double {
        let t = moment.count(of: unit)
        guard let target = warmupTarget else { return decayed(from: base, after: t) }
        let warmup = Double(warmupSteps)
        if t < warmup { return (target - base) * (t / warmup) + base }
        return decayed(from: target, after: t - warmup)
    }

    private func decayed(from start: Double, after t: Double) -> Double {
        let d = Double(decaySteps)
        let cosine = 0.5 * (1 + cos(.pi * (min(t, d) / d)))
        return start * ((1 - alpha) * cosine + alpha)
    }
}
