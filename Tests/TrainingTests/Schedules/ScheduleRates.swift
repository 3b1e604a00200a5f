import NeuralNetwork
import Testing

@testable import Training

/// What a schedule gives at one count.
struct ExpectedRate: Sendable {
    let t: Int
    let rate: Double

    init(_ t: Int, _ rate: Double) {
        self.t = t
        self.rate = rate
    }
}

extension Schedule {
    /// The rate after so many epochs, where an epoch has ten steps.
    func rate(epoch: Int, base: Double, state: ScheduleState = ScheduleState()) -> Double {
        rate(
            base: base, at: Moment(step: 10 * epoch, epoch: epoch, stepsPerEpoch: 10), state: state)
    }

    /// The rate after so many steps, all of them in the first epoch.
    func rate(step: Int, base: Double) -> Double {
        rate(
            base: base, at: Moment(step: step, epoch: 0, stepsPerEpoch: 1_000_000),
            state: ScheduleState())
    }
}

/// Expects a number but for the roundings of a few operations, each half a unit in the last place.
func expect(_ number: Double, is expected: Double) {
    #expect(abs(number - expected) <= 4 * expected.ulp, "\(number), expected \(expected)")
}

/// A schedule from a caller's settings.
func schedule(_ name: String, _ set: (inout SettingValues) -> Void = { _ in }) throws
    -> any Schedule
{
    let choice = try #require(schedules.first { $0.name == name })
    var values = SettingValues(defaultsOf: choice.settings)
    set(&values)
    #expect(choice.check(values) == nil)
    return choice.make(values)
}
