import Testing

@testable import Training

struct ReduceOnPlateauTests {
    /// The rate after each of the values.
    static func rates(_ values: [Double], _ plateau: any Schedule, base: Double = 1) -> [Double] {
        var state = ScheduleState()
        return values.map { value in
            plateau.observe(value, base: base, state: &state)
            return plateau.rate(epoch: 1, base: base, state: state)
        }
    }

    static func plateau(minimum: Double = 0, cooldown: Int = 1) throws -> any Schedule {
        try schedule("reduce_on_plateau") {
            $0.set("factor", to: 0.5)
            $0.set("patience", to: [2])
            $0.set("min_delta", to: 0.125)
            $0.set("cooldown", to: [cooldown])
            $0.set("min_lr", to: minimum)
        }
    }

    /// 0.875 and 0.9 are not less than 1 − 0.125, so the second of them is one too many.
    @Test func `the rate is lowered after patience epochs that were not better by min_delta`()
        throws
    {
        #expect(Self.rates([1, 0.875, 0.9], try Self.plateau()) == [1, 1, 0.5])
    }

    @Test func `an improvement starts the patience anew`() throws {
        #expect(Self.rates([1, 1, 0.5, 1, 1], try Self.plateau()) == [1, 1, 1, 1, 0.5])
    }

    /// Keras's order: a cool-down of two is one in the next epoch, which is not counted, and none in
    /// the epoch after, which is.
    @Test func `the epochs of the cool-down are not counted`() throws {
        let rates = Self.rates(
            [1, 1, 1, 1, 1, 1, 1], try Self.plateau(cooldown: 2))
        #expect(rates == [1, 1, 0.5, 0.5, 0.5, 0.25, 0.25])
    }

    @Test func `the rate is not lowered below min_lr`() throws {
        let plateau = try Self.plateau(minimum: 0.4, cooldown: 0)
        #expect(Self.rates([1, 1, 1, 1, 1, 1, 1], plateau) == [1, 1, 0.5, 0.5, 0.4, 0.4, 0.4])
    }

    @Test func `a rate that is less than min_lr from the start stays`() throws {
        #expect(
            Self.rates([1, 1, 1, 1], try Self.plateau(minimum: 0.4), base: 0.25)
                == [0.25, 0.25, 0.25, 0.25])
    }

    @Test func `a value that is not a number is no improvement`() throws {
        #expect(Self.rates([.nan, .nan, 1], try Self.plateau()) == [1, 0.5, 0.5])
    }

    @Test func `its state survives a checkpoint`() throws {
        let plateau = try Self.plateau()
        var state = ScheduleState()
        plateau.observe(1, base: 1, state: &state)
        plateau.observe(1, base: 1, state: &state)
        var restored = ScheduleState(numbers: state.numbers)
        #expect(plateau.accepts(restored))
        plateau.observe(1, base: 1, state: &restored)
        #expect(plateau.rate(epoch: 3, base: 1, state: restored) == 0.5)
    }

    @Test(arguments: [
        [1], [1, 0.5, 0], [1, -1, 0], [1, 0, .infinity], [.nan, 0, 0], [-1, 0, 0], [1, 0, 0, .nan],
        [1, 0, 0, 1, 1], [1, 1e300, 0],
    ])
    func `numbers that cannot be its state are refused`(numbers: [Double]) throws {
        #expect(!(try Self.plateau().accepts(ScheduleState(numbers: numbers))))
    }
}
