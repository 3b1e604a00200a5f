import NeuralNetwork
import Testing

@testable import Training

struct PiecewiseConstantTests {
    @Test(arguments: [
        ExpectedRate(0, 1), ExpectedRate(2, 1), ExpectedRate(3, 0.5), ExpectedRate(5, 0.5),
        ExpectedRate(6, 0.1), ExpectedRate(1000, 0.1),
    ])
    func `a boundary belongs to the part before it, as in Keras`(expected: ExpectedRate) throws {
        let parts = try schedule("piecewise_constant") {
            $0.set("boundaries", to: [2, 5])
            $0.set("values", to: [1, 0.5, 0.1])
        }
        #expect(parts.rate(epoch: expected.t, base: 9) == expected.rate)
    }

    @Test(arguments: [
        ([2, 5], [1.0, 2], "values", "has 2 numbers, expected 3 (one more than boundaries)"),
        ([5, 2], [1.0, 2, 3], "boundaries", "the boundaries do not ascend"),
        ([2, 2], [1.0, 2, 3], "boundaries", "the boundaries do not ascend"),
    ])
    func `lists that do not fit are refused with the setting's name`(
        boundaries: [Int], values: [Double], setting: String, detail: String
    ) throws {
        let choice = PiecewiseConstant.choice
        var settings = SettingValues(defaultsOf: choice.settings)
        settings.set("boundaries", to: boundaries)
        settings.set("values", to: values)
        let fault = try #require(choice.check(settings))
        #expect(fault.setting == setting)
        #expect(fault.detail == detail)
    }
}
