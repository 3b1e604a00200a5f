import Testing

@testable import Training

struct WeightedMeanTests {
    static func mean(_ numbers: [(x: Double, weight: Double)]) -> WeightedMean {
        numbers.reduce(into: WeightedMean()) { $0.add($1.x, weight: $1.weight) }
    }

    /// (2·3 + 1·9)/3 = 5.
    @Test func `numbers count by their weights`() {
        #expect(Self.mean([(3, 2), (9, 1)]).value == 5)
    }

    /// 0.1·3 + 0.7·5 is 3.8 rounded twice, and one more time divided by 8.
    @Test func `it is the sum divided by the weights, to the bit`() {
        #expect(Self.mean([(0.1, 3), (0.7, 5)]).value == (0.1 * 3 + 0.7 * 5) / 8)
    }

    /// (3·1e308 + 1·0.5e308)/4 = 0.875e308, though 3·1e308 is more than float64 holds; some numbers
    /// of 1 + 1e-16 are rounded on the way.
    @Test func `the mean of finite numbers is finite`() {
        #expect(abs(Self.mean([(1e308, 3), (0.5e308, 1)]).value / 0.875e308 - 1) <= 1e-15)
        #expect(abs(Self.mean([(0.5e308, 1), (1e308, 3)]).value / 0.875e308 - 1) <= 1e-15)
        #expect(abs(Self.mean([(1e308, 3), (-1e308, 3), (1e308, 6)]).value / 0.5e308 - 1) <= 1e-15)
    }

    @Test(arguments: [Double.infinity, -.infinity, .nan])
    func `the mean of numbers that are not finite is not finite`(x: Double) {
        #expect(!Self.mean([(x, 2), (1, 1)]).value.isFinite)
        #expect(!Self.mean([(1, 1), (x, 2), (1, 1)]).value.isFinite)
    }

    @Test func `what weighs nothing changes nothing`() {
        #expect(Self.mean([(5, 0), (3, 2), (7, 0)]).value == 3)
    }

    @Test func `the mean of nothing is not a number`() {
        #expect(WeightedMean().value.isNaN)
    }

    @Test func `it comes back from its numbers`() {
        let mean = Self.mean([(1e308, 3), (0.5e308, 1)])
        #expect(WeightedMean(numbers: mean.numbers[...]) == mean)
    }
}
