import NeuralNetwork
import Testing

@testable import Training

struct CosineDecayTests {
    /// Half way the cosine is 0: 0.8·½ + 0.2 = 0.6. After one of four epochs it is √½:
    /// 0.8·½·(1 + √½) + 0.2 = 0.6 + 0.4·√½.
    @Test(arguments: [
        ExpectedRate(0, 1), ExpectedRate(1, 0.6 + 0.4 * 0.5.squareRoot()), ExpectedRate(2, 0.6),
        ExpectedRate(4, 0.2), ExpectedRate(7, 0.2),
    ])
    func `the rate falls along half a cosine to alpha`(expected: ExpectedRate) throws {
        let decay = try schedule("cosine") {
            $0.set("decay_steps", to: [4])
            $0.set("alpha", to: 0.2)
        }
        expect(decay.rate(epoch: expected.t, base: 1), is: expected.rate)
    }

    /// (0.5 − 0.1)·1/4 + 0.1 = 0.2; the decay starts at the fourth epoch, from 0.5, and two epochs
    /// later it is half of that.
    @Test(arguments: [
        ExpectedRate(0, 0.1), ExpectedRate(1, 0.2), ExpectedRate(4, 0.5), ExpectedRate(6, 0.25),
        ExpectedRate(8, 0), ExpectedRate(20, 0),
    ])
    func `a warm-up goes in a line to its target, and the decay from there`(
        expected: ExpectedRate
    ) throws {
        let decay = try schedule("cosine") {
            $0.set("decay_steps", to: [4])
            $0.set("warmup_target", to: 0.5)
            $0.set("warmup_steps", to: [4])
        }
        expect(decay.rate(epoch: expected.t, base: 0.1), is: expected.rate)
    }

    @Test func `a warm-up without a target is refused`() throws {
        let choice = CosineDecay.choice
        var settings = SettingValues(defaultsOf: choice.settings)
        settings.set("decay_steps", to: [4])
        settings.set("warmup_steps", to: [2])
        #expect(choice.check(settings)?.setting == "warmup_steps")
    }
}
