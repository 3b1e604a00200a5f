import NeuralNetwork
import Testing

@testable import Checking

struct NumericalSettingsTests {
    @Test func `the step grows with the parameter, and the course's does not`() {
        #expect(NumericalSettings.Step.optimal.size(at: -0.5) == 6e-6)
        #expect(NumericalSettings.Step.optimal.size(at: -64) == 64 * 6e-6)
        #expect(NumericalSettings.Step.course.size(at: -100) == 1e-7)
    }

    @Test func `every entry of a small network is tried, and some of a large one`() {
        var settings = NumericalSettings()
        #expect(settings.entries(of: [600, 400]) == [600, 400])
        #expect(settings.directions(over: [600, 400]) == 0)
        #expect(settings.entries(of: [2000, 10]) == [40, 10])
        #expect(settings.directions(over: [2000, 10]) == 5)
        settings.sample = 3
        settings.directions = 2
        #expect(settings.entries(of: [4, 2]) == [3, 2])
        #expect(settings.directions(over: [4, 2]) == 2)
    }

    @Test(arguments: [1.0, 2])
    func `no check takes more passes than were told`(factor: Double) throws {
        let problem = GradientProblem.random(hidden: .relu)
        var settings = NumericalSettings()
        settings.sample = 5
        settings.directions = 3
        let result = try problem.check(settings) { $0.scale(by: factor) }
        #expect(Double(result.passes) <= settings.passes(ofTensors: [12, 4, 12, 3], layers: 2))
        #expect(result.tensors.map(\.entries.count) == [5, 4, 5, 3])
        #expect(result.directions.count == 3)
    }

    @Test func `the same seed tries the same entries, and another one others`() throws {
        func indices(seed: UInt32) throws -> [[Int]] {
            var settings = NumericalSettings()
            settings.sample = 4
            settings.seed = seed
            return try GradientProblem.random().check(settings).tensors.map { tensor in
                tensor.entries.map(\.index)
            }
        }
        #expect(try indices(seed: 1) == indices(seed: 1))
        #expect(try indices(seed: 1) != indices(seed: 2))
    }

    @Test(arguments: [(1, 1), (3, 3), (2, 5), (40, 100)])
    func `a sample is of different indices, in order`(size: Int, count: Int) {
        var random = LegacyRandom(seed: 1)
        let sample = random.sample(size, of: count)
        #expect(sample.count == size)
        #expect(zip(sample, sample.dropFirst()).allSatisfy { $0 < $1 })
        #expect(sample.allSatisfy((0..<count).contains))
    }

    /// The only wrong entry is not in the sample of one.
    @Test func `a random direction finds what the sample has missed`() throws {
        var settings = NumericalSettings()
        settings.sample = 1
        settings.directions = 2
        let tried = try GradientProblem.random().check(settings).tensors[0].entries[0].index
        let result = try GradientProblem.random().check(settings) { gradients in
            let other = tried == 0 ? 1 : 0
            gradients[0][0]![other / 3, other % 3] += 0.01
        }
        #expect(result.tensors.allSatisfy { $0.verdict == .agrees })
        #expect(result.directions.contains { $0.verdict == .disagrees })
        #expect(result.verdict == .disagrees)
        #expect(result.sentence.contains("not tried"))
        let right = try GradientProblem.random().check(settings)
        #expect(right.directions.allSatisfy { $0.verdict == .agrees })
    }

    /// ε·|J|/h is 2e-9 with the course's step.
    @Test func `gradients below the noise of the step are not called wrong`() throws {
        var settings = NumericalSettings()
        settings.step = .course
        let problem = GradientProblem.unit(.linear, weight: 1, x: [1e-11], y: [5])
        let result = try problem.check(settings) { $0[0][0]![0, 0] *= 2 }
        #expect(result.tensors.map(\.verdict) == [.withinNoise, .agrees])
        #expect(result.tensors[0].entries[0].noise > 1e-9)
        #expect(try GradientProblem.random().check(settings).verdict == .agrees)
    }
}
