import NeuralNetwork

/// The same learning rate all the time.
public struct ConstantRate: Schedule {
    static let choice = Choice<any Schedule>("constant") { _ in ConstantRate() }

    public let formula = "η = η₀"

    public init() {}

    public func rate(base: Double, at moment: Moment, state: ScheduleState) -> Double { base }
}
