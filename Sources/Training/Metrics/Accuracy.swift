import NeuralNetwork

/// The share of the examples whose class is right; of several outputs that each decide for
/// themselves, the share of outputs, as Keras's `BinaryAccuracy`.
public struct Accuracy: Metric {
    static let choice = Choice<any Metric>(
        "accuracy",
        otherNames: [
            "acc", "binary_accuracy", "categorical_accuracy", "sparse_categorical_accuracy",
        ],
        settings: [.decision, .threshold]
    ) { Accuracy(decision: $0.word("decision"), threshold: $0.number("threshold")) }

    public var decision: Decision
    /// What a probability must exceed for a yes; with `from_logits` the logit's probability.
    public var threshold: Double

    public let name = "accuracy:mean"
    public let isGreaterBetter: Bool? = true
    public let formula = """
        Σᵢ wᵢ·rightᵢ / Σᵢ wᵢ, right 1 where argmax a = argmax y; by threshold the share of outputs \
        with (a > threshold) = (y > ½)
        """

    public init(decision: Decision = .auto, threshold: Double = 0.5) {
        self.decision = decision
        self.threshold = threshold
    }

    public func refusal(of loss: Loss, outputShape: [Int]) -> String? {
        decision.refusal(
            "accuracy", of: loss, outputs: outputShape.last ?? 1, threshold: threshold)
    }

    /// Σ w·(outputs that are right), and what it would be if all were.
    @specialized(where S == Double)
    @specialized(where S == Float)
    public func tally<S: Scalar>(of outputs: Matrix<S>, _ objective: Objective<S>) -> MetricTally {
        let a = objective.positions(of: outputs)
        let (n, loss) = (a.columns, objective.loss)
        let isArgmax = decision.inForce(of: loss) != .threshold
        let bounds = loss.bounds(threshold: threshold)
        let (outputBound, targetBound) = (S(bounds.outputs), S(bounds.targets))
        var (right, all) = (0.0, 0.0)
        a.elements.withUnsafeBufferPointer { a in
            objective.targets.elements.withUnsafeBufferPointer { y in
                for row in 0..<objective.targets.rows {
                    let start = row * n
                    var count = 0
                    if isArgmax {
                        let isRight =
                            a.argmax(from: start, count: n) == y.argmax(from: start, count: n)
                        count = isRight ? 1 : 0
                    } else {
                        for i in start..<(start + n)
                        where (a[i] > outputBound) == (y[i] > targetBound) {
                            count += 1
                        }
                    }
                    let weight = objective.weight(row)
                    right += weight * Double(count)
                    all += weight * Double(isArgmax ? 1 : n)
                }
            }
        }
        return MetricTally([right, all])
    }

    public func value(of tally: MetricTally) -> MetricValue { .number(tally.ratio) }
}

extension MetricTally {
    /// The first number over the second.
    var ratio: Double { numbers.isEmpty ? .nan : numbers[0] / numbers[1] }
}
