import Testing

@testable import Training

/// From 0.5 to 0.1 in four epochs, by a square.
struct PolynomialDecayTests {
    static func decay(cycle: Bool) throws -> any Schedule {
        try schedule("polynomial") {
            $0.set("decay_steps", to: [4])
            $0.set("end_learning_rate", to: 0.1)
            $0.set("power", to: 2)
            $0.set("cycle", to: cycle)
        }
    }

    /// 0.4·(1 − 1/4)² + 0.1 = 0.4·0.5625 + 0.1 = 0.325.
    @Test(arguments: [
        ExpectedRate(0, 0.5), ExpectedRate(1, 0.325), ExpectedRate(4, 0.1), ExpectedRate(9, 0.1),
    ])
    func `the rate falls to its end and stays there`(expected: ExpectedRate) throws {
        expect(
            try Self.decay(cycle: false).rate(epoch: expected.t, base: 0.5), is: expected.rate)
    }

    /// After six epochs the end is at eight: 0.4·(1 − 6/8)² + 0.1 = 0.4·0.0625 + 0.1 = 0.125.
    @Test(arguments: [
        ExpectedRate(0, 0.5), ExpectedRate(4, 0.1), ExpectedRate(6, 0.125), ExpectedRate(8, 0.1),
    ])
    func `with a cycle it starts again, lower`(expected: ExpectedRate) throws {
        expect(
            try Self.decay(cycle: true).rate(epoch: expected.t, base: 0.5), is: expected.rate)
    }
}
