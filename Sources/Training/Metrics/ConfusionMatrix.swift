import NeuralNetwork

/// How often examples of each class were taken for each: row k is of those whose class is k, column
/// j of those that the outputs say are j. Of one output the classes are 0 and 1.
public struct ConfusionMatrix: Metric {
    static let choice = Choice<any Metric>(
        "confusion_matrix", settings: [.decision, .threshold]
    ) { ConfusionMatrix(decision: $0.word("decision"), threshold: $0.number("threshold")) }

    /// More classes would be more numbers than anybody reads.
    static let mostClasses = 1000

    public var decision: Decision
    /// As in `Accuracy`.
    public var threshold: Double

    public let name = "confusion_matrix"
    public let isGreaterBetter: Bool? = nil
    public let formula = "Cₖⱼ = Σᵢ wᵢ over the examples of class k that are taken for class j"

    public init(decision: Decision = .auto, threshold: Double = 0.5) {
        self.decision = decision
        self.threshold = threshold
    }

    public func refusal(of loss: Loss, outputShape: [Int]) -> String? {
        let outputs = outputShape.last ?? 1
        if let refusal = decision.refusal(
            name, of: loss, outputs: outputs, threshold: threshold)
        {
            return refusal
        }
        if decision.inForce(of: loss) == .threshold && outputs > 1 {
            return "\(outputs) outputs that each decide for themselves have no single "
                + "confusion_matrix: say \"decision\": \"argmax\" where Y is one-hot"
        }
        if outputs > Self.mostClasses {
            return "confusion_matrix is of \(Self.mostClasses) classes at most, and there are "
                + "\(outputs)"
        }
        return nil
    }

    /// The matrix, row after row.
    @specialized(where S == Double)
    @specialized(where S == Float)
    public func tally<S: Scalar>(of outputs: Matrix<S>, _ objective: Objective<S>) -> MetricTally {
        let a = objective.positions(of: outputs)
        let n = a.columns
        let classes = max(n, 2)
        let bounds = objective.loss.bounds(threshold: threshold)
        let (outputBound, targetBound) = (S(bounds.outputs), S(bounds.targets))
        var counts = [Double](repeating: 0, count: classes * classes)
        a.elements.withUnsafeBufferPointer { a in
            objective.targets.elements.withUnsafeBufferPointer { y in
                for row in 0..<objective.targets.rows {
                    let truth: Int
                    let taken: Int
                    if n == 1 {
                        truth = y[row] > targetBound ? 1 : 0
                        taken = a[row] > outputBound ? 1 : 0
                    } else {
                        truth = y.argmax(from: row * n, count: n)
                        taken = a.argmax(from: row * n, count: n)
                    }
                    counts[truth * classes + taken] += objective.weight(row)
                }
            }
        }
        return MetricTally(counts)
    }

    public func value(of tally: MetricTally) -> MetricValue {
        let classes = Int(Double(tally.numbers.count).squareRoot())
        return .matrix(Matrix(rows: classes, columns: classes, elements: tally.numbers))
    }
}
