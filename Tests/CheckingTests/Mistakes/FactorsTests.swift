import NeuralNetwork
import Testing

@testable import Checking

/// Each named factor is made at every step where it can be, and flows through the rest of the way.
struct FactorsTests {
    private static let networks: [String: @Sendable () throws -> Exercise] = [
        "two layers": { try .twoLayers() },
        "dropout": { try .withDropout() },
        "weights": {
            try .random(
                [.dense(4, .tanh), .dense(3, .sigmoid)], input: [3], .binaryCrossentropy(),
                weights: [1, 2, 0.5, 3, 0.7])
        },
        "weights in the denominator": {
            try .random(
                [.dense(4, .tanh), .dense(3, .sigmoid)], input: [3], .binaryCrossentropy(),
                weights: [1, 2, 0.5, 3, 0.7], denominator: Denominator(7.2, .weights))
        },
    ]

    @Test(arguments: Self.networks.keys.sorted())
    func `a factor is told by its name at every step`(key: String) throws {
        let network = try #require(Self.networks[key])
        let exercise = try network()
        for step in WayBack(exercise: exercise).contexts().map(\.step) {
            for factor in exercise.factors(at: step) {
                let way = WayBack(exercise: exercise, factor: (step, factor.value))
                let diagnosis = exercise.diagnosis(way.submission())
                let names = diagnosis.tensors.flatMap { $0.mistakes.map(\.name) }
                #expect(
                    names.contains(factor.mistake.name),
                    "\(factor.symbol) at \(step): \(names), \(diagnosis.summary)")
                #expect(!names.contains("unknown"), "\(factor.symbol) at \(step)")
            }
        }
    }

    @Test func `every factor is one that some network has`() throws {
        var found: Set<String> = []
        for network in Self.networks.values {
            let exercise = try network()
            for context in WayBack(exercise: exercise).contexts() {
                found.formUnion(exercise.factors(at: context.step).map(\.mistake.name))
            }
        }
        #expect(
            found == [
                "one_over_m_missing", "one_over_m_twice", "one_over_m_at_each_layer", "sign",
                "factor_two", "factor_half", "outputs_averaged", "outputs_summed",
                "elements_averaged", "units_averaged", "keep_prob_missing", "keep_prob_twice",
                "weights_sum", "m_minus_one", "wrong_axis_of_m",
            ])
    }
}
