import Glibc
import NeuralNetwork

/// Decay by a power of the time that is left, as Keras's `PolynomialDecay`; with `power` 1 the decay
/// is linear.
public struct PolynomialDecay: Schedule {
    static let choice = Choice<any Schedule>(
        "polynomial", otherNames: ["polynomial_decay", "polynomial_lr", "linear_lr"],
        settings: [
            .decaySteps,
            .number("end_learning_rate", default: 0.0001, in: 0...1e6)
                .elsewhere(keras: "0.0001", pytorch: "0"),
            .number("power", default: 1, in: 0...100),
            .flag("cycle", default: false),
            .unit,
        ]
    ) {
        PolynomialDecay(
            decaySteps: $0.size("decay_steps"), endLearningRate: $0.number("end_learning_rate"),
            power: $0.number("power"), isCycle: $0.flag("cycle"), unit: $0.word("unit"))
    }

    public var decaySteps: Int
    public var endLearningRate: Double
    public var power: Double
    /// Whether the decay starts again at its end, each time lower: d is then the first multiple of
    /// decay_steps that is not less than t.
    public var isCycle: Bool
    public var unit: ScheduleUnit

    public var formula: String {
        isCycle
            ? "η = (η₀ − η_end)·(1 − t/d)^power + η_end, d = decay_steps·max(⌈t/decay_steps⌉, 1)"
            : "η = (η₀ − η_end)·(1 − min(t, d)/d)^power + η_end, d = decay_steps"
    }

    public func rate(base: Double, at moment: Moment, state: ScheduleState) -> Double {
        var t = moment.count(of: unit)
        var d = Double(decaySteps)
        if isCycle {
            d *= max((t / d).rounded(.up), 1)
        } else {
            t = min(t, d)
        }
        return (base - endLearningRate) * pow(1 - t / d, power) + endLearningRate
    }
}
