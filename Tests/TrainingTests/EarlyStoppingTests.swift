import NeuralNetwork
import Testing

@testable import Training

struct EarlyStoppingTests {
    /// The epochs, from 0, of the improvements, and that of the stop.
    static func run(
        _ rule: EarlyStopping, _ values: [Double]
    ) -> (improved: [Int], stop: Int?) {
        var state = EarlyStopping.State()
        var improved: [Int] = []
        for (epoch, value) in values.enumerated() {
            switch rule.observe(value, epoch: epoch, state: &state) {
            case .improved: improved.append(epoch)
            case .goOn: break
            case .stop: return (improved, epoch)
            }
        }
        return (improved, nil)
    }

    @Test func `it stops after patience epochs without improvement`() {
        let (improved, stop) = Self.run(EarlyStopping(patience: 2), [3, 2, 2, 2.5, 1])
        #expect(improved == [0, 1])
        #expect(stop == 3)
    }

    @Test(arguments: [0, 1])
    func `a patience of none and of one stop at the first epoch that is not better`(patience: Int) {
        #expect(Self.run(EarlyStopping(patience: patience), [3, 2, 2, 1]).stop == 2)
    }

    /// 1.5 is less than 2 by 0.5, and not by more.
    @Test func `an improvement is more than min_delta`() {
        let rule = EarlyStopping(monitor: Monitor(minimumChange: 0.5), patience: 1)
        #expect(Self.run(rule, [2, 1.5]).stop == 1)
        #expect(Self.run(rule, [2, 1.25]).stop == nil)
    }

    @Test func `of a metric greater is better`() {
        let rule = EarlyStopping(monitor: Monitor("validation.accuracy:mean"), patience: 1)
        #expect(Self.run(rule, [0.5, 0.6, 0.6]).stop == 2)
    }

    /// As in Keras the values improve on one another, but the patience goes on until one beats the
    /// baseline.
    @Test func `improvements that do not beat the baseline do not start the patience anew`() {
        let rule = EarlyStopping(patience: 3, baseline: 1)
        let (improved, stop) = Self.run(rule, [4, 3, 2, 2])
        #expect(improved == [0, 1, 2])
        #expect(stop == 3)
        #expect(Self.run(rule, [4, 3, 0.5, 2, 2]).stop == nil)
    }

    @Test func `epochs before the first to be looked at are not`() {
        let (improved, stop) = Self.run(EarlyStopping(startFromEpoch: 2), [1, 2, 3, 4])
        #expect(improved == [2])
        #expect(stop == 3)
    }

    @Test func `a value that is not a number is never the best`() {
        let (improved, stop) = Self.run(EarlyStopping(patience: 2), [.nan, 1, .nan, .nan])
        #expect(improved == [1])
        #expect(stop == 3)
    }

    @Test func `its settings are Keras's by default`() {
        #expect(
            EarlyStopping(SettingValues(defaultsOf: EarlyStopping.settings)) == EarlyStopping())
    }

    @Test func `its state survives a checkpoint`() throws {
        let rule = EarlyStopping(patience: 2)
        var state = EarlyStopping.State()
        #expect(try #require(EarlyStopping.State(numbers: state.numbers)) == state)
        _ = rule.observe(2, epoch: 0, state: &state)
        _ = rule.observe(3, epoch: 1, state: &state)
        var restored = try #require(EarlyStopping.State(numbers: state.numbers))
        #expect(restored == state)
        #expect(restored.best == 2)
        #expect(restored.bestEpoch == 0)
        #expect(rule.observe(3, epoch: 2, state: &restored) == .stop)
    }

    @Test(arguments: [[], [-1], [0.5], [0, 1], [0, .nan, 0], [0, 1, -1], [0, 1, 0.5], [.nan]])
    func `numbers that cannot be its state are refused`(numbers: [Double]) {
        #expect(EarlyStopping.State(numbers: numbers) == nil)
    }
}
