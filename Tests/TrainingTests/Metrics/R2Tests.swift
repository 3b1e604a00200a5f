import NeuralNetwork
import Testing

@testable import Training

struct R2Tests {
    /// scikit-learn's own example: 1 − (0.5² + 0.5² + 0 + 1²)/(Σ (y − 2.875)² = 29.1875) is
    /// 1 − 1.5/29.1875.
    static let outputs = [[2.5], [0.0], [2], [8]]
    static let targets = [[3.0], [-0.5], [2], [7]]

    static func number(_ value: MetricValue) -> Double {
        if case .number(let number) = value { number } else { .nan }
    }

    /// Of numbers that a few dozen roundings went into, each half a unit of 1.
    static let tolerance = 1e-14

    @Test func `it is one minus the errors over the variance`() {
        let r2 = Self.number(value(R2(), .meanSquaredError, Self.outputs, Self.targets))
        #expect(abs(r2 - (1 - 1.5 / 29.1875)) < Self.tolerance)
    }

    /// The second output is right in all: the average of the first's and 1.
    @Test func `several outputs are averaged`() {
        let r2 = Self.number(
            value(
                R2(), .meanSquaredError, Self.outputs.map { $0 + $0 },
                zip(Self.targets, Self.outputs).map { $0 + $1 }))
        #expect(abs(r2 - (2 - 1.5 / 29.1875) / 2) < Self.tolerance)
    }

    @Test(arguments: 1...3)
    func `batches come to what all examples come to`(first: Int) {
        let r2 = Self.number(
            value(
                R2(), .meanSquaredError,
                (Array(Self.outputs[..<first]), Array(Self.targets[..<first])),
                (Array(Self.outputs[first...]), Array(Self.targets[first...]))))
        #expect(abs(r2 - (1 - 1.5 / 29.1875)) < Self.tolerance)
    }

    /// A weight of 2 is the example twice.
    @Test func `weights weigh`() {
        let weighted = Self.number(
            value(R2(), .meanSquaredError, Self.outputs, Self.targets, weights: [1, 2, 0, 1]))
        let repeated = Self.number(
            value(R2(), .meanSquaredError, [[2.5], [0], [0], [8]], [[3], [-0.5], [-0.5], [7]]))
        #expect(abs(weighted - repeated) < Self.tolerance)
    }

    @Test func `targets far from 0 do not cancel`() {
        func far(_ rows: [[Double]]) -> [[Double]] { rows.map { $0.map { $0 + 0x1p40 } } }
        let r2 = Self.number(
            value(R2(), .meanSquaredError, far(Self.outputs), far(Self.targets)))
        // The numbers are exact; the mean is rounded by 2⁻¹³, whose square is 1e-8 of the variance.
        #expect(abs(r2 - (1 - 1.5 / 29.1875)) < 1e-7)
    }

    @Test func `of a target that is always the same it is 1 where that is hit, else 0`() {
        let targets = [[0.1], [0.1], [0.1]]
        #expect(value(R2(), .meanSquaredError, targets, targets) == .number(1))
        #expect(value(R2(), .meanSquaredError, [[0.1], [0.1], [0.2]], targets) == .number(0))
    }

    @Test func `classes and logarithms are refused`() {
        #expect(
            R2().refusal(of: .categoricalCrossentropy(), outputShape: [3])
                == "r2 is of numbers, and the targets of this loss are classes")
        #expect(R2().refusal(of: .poisson(logInput: true), outputShape: [1]) != nil)
        #expect(R2().refusal(of: .poisson(), outputShape: [1]) == nil)
        #expect(R2().refusal(of: .huber(delta: 1), outputShape: [2]) == nil)
    }
}
