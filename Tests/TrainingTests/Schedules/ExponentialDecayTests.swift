import Testing

@testable import Training

struct ExponentialDecayTests {
    /// 0.1·0.25^(t/2): √0.25 = 0.5 after one step, 0.25² = 0.0625 after four.
    @Test(arguments: [
        ExpectedRate(0, 0.1), ExpectedRate(1, 0.05), ExpectedRate(2, 0.025),
        ExpectedRate(4, 0.00625),
    ])
    func `the rate is multiplied by decay_rate in decay_steps`(expected: ExpectedRate) throws {
        let decay = try schedule("exponential") {
            $0.set("decay_rate", to: 0.25)
            $0.set("decay_steps", to: [2])
            $0.set("unit", to: "step")
        }
        expect(decay.rate(step: expected.t, base: 0.1), is: expected.rate)
    }

    /// 0.1·0.25^⌊3/2⌋ = 0.1·0.25.
    @Test func `a staircase takes whole decay_steps only`() throws {
        let decay = try schedule("exponential") {
            $0.set("decay_rate", to: 0.25)
            $0.set("decay_steps", to: [2])
            $0.set("staircase", to: true)
        }
        expect(decay.rate(epoch: 3, base: 0.1), is: 0.025)
    }

    /// 0.95·0.95 = 0.9025.
    @Test func `by default it is the course's 0.95 to the epoch`() throws {
        expect(try schedule("exponential").rate(epoch: 2, base: 1), is: 0.9025)
    }
}
