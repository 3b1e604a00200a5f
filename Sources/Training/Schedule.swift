import NeuralNetwork

/// Where in a training a step stands.
public struct Moment: Sendable, Hashable {
    /// The step, from 0, of the whole training.
    public var step: Int
    /// The epoch it belongs to, from 0.
    public var epoch: Int
    public var stepsPerEpoch: Int

    public init(step: Int, epoch: Int, stepsPerEpoch: Int) {
        self.step = step
        self.epoch = epoch
        self.stepsPerEpoch = stepsPerEpoch
    }
}

/// What a schedule counts.
public enum ScheduleUnit: String, CaseIterable, Sendable {
    case epoch, step
}

extension Moment {
    /// t of the formulas: the epochs or the steps that were done before.
    func count(of unit: ScheduleUnit) -> Double {
        switch unit {
        case .epoch: Double(epoch)
        case .step: Double(step)
        }
    }
}

/// A rule that changes the learning rate as a training goes on.
///
/// A schedule is its settings alone. What it remembers is held for it, so that a training is a value
/// that can be stored and resumed.
public protocol Schedule: Sendable {
    /// The rule, as text; η₀ the training's own learning rate, η the one in force, t the epochs or
    /// steps done before, from 0.
    var formula: String { get }
    /// The learning rate in force for a step; `base` is η₀.
    func rate(base: Double, at moment: Moment, state: ScheduleState) -> Double
    /// What `observe` wants to see: the name of a report's value; nil for none.
    var monitor: String? { get }
    /// Told at the end of each epoch what the monitored value is.
    func observe(_ value: Double, base: Double, state: inout ScheduleState)
    /// Whether a state, which may come from anywhere, can be one of this schedule.
    func accepts(_ state: ScheduleState) -> Bool
}

extension Schedule {
    public var monitor: String? { nil }
    public func observe(_ value: Double, base: Double, state: inout ScheduleState) {}
    public func accepts(_ state: ScheduleState) -> Bool { state.numbers.isEmpty }
}

/// What a schedule remembers from epoch to epoch; nothing, at the start of a training.
public struct ScheduleState: Sendable, Equatable {
    public var numbers: [Double]

    public init(numbers: [Double] = []) { self.numbers = numbers }
}

/// Every schedule, as a caller may name and set it.
public let schedules: [Choice<any Schedule>] = [
    ConstantRate.choice, InverseTimeDecay.choice, ExponentialDecay.choice,
    PiecewiseConstant.choice, PolynomialDecay.choice, CosineDecay.choice, ReduceOnPlateau.choice,
]

extension Setting {
    /// What a schedule counts. Keras counts steps, PyTorch what its caller counts.
    static let unit = word("unit", default: ScheduleUnit.epoch)
        .elsewhere(keras: "step", pytorch: "epoch")
    /// The length of a decay, in `unit`s.
    static let decaySteps = size("decay_steps", in: 1...1_000_000_000)
}
