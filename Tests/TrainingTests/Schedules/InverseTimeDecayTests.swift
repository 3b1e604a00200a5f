import Testing

@testable import Training

struct InverseTimeDecayTests {
    /// η = 0.5/(1 + 1·3).
    @Test func `by default it is the course's decay by the epoch`() throws {
        #expect(try schedule("inverse_time").rate(epoch: 3, base: 0.5) == 0.125)
    }

    /// The course's own example: ⌊10/100⌋ = 0, and 0.5/(1 + 0.3·⌊100/100⌋) = 0.5/1.3.
    @Test(arguments: [
        ExpectedRate(10, 0.5), ExpectedRate(99, 0.5), ExpectedRate(100, 0.384_615_384_615_384_6),
    ])
    func `with an interval the rate stays between its multiples`(expected: ExpectedRate) throws {
        let decay = try schedule("inverse_time") {
            $0.set("decay_rate", to: 0.3)
            $0.set("interval", to: [100])
        }
        expect(decay.rate(epoch: expected.t, base: 0.5), is: expected.rate)
    }

    /// Of 6 steps by 4: 0.1/(1 + 0.5·1.5) = 0.1/1.75, and on the stair 0.1/(1 + 0.5·1) = 0.1/1.5.
    @Test(arguments: [(false, 0.1 / 1.75), (true, 0.1 / 1.5)])
    func `with decay_steps it is Keras's InverseTimeDecay`(
        isStaircase: Bool, rate: Double
    ) throws {
        let decay = try schedule("inverse_time") {
            $0.set("decay_rate", to: 0.5)
            $0.set("decay_steps", to: [4])
            $0.set("staircase", to: isStaircase)
            $0.set("unit", to: "step")
        }
        expect(decay.rate(step: 6, base: 0.1), is: rate)
    }
}
