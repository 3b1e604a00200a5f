import NeuralNetwork

/// The share of the examples whose class is among the k greatest outputs, as Keras's
/// `TopKCategoricalAccuracy`: outputs that are equal to the class's are not before it.
public struct TopK: Metric {
    static let choice = Choice<any Metric>(
        "top_k",
        otherNames: [
            "top_k_accuracy", "top_k_categorical_accuracy", "sparse_top_k_categorical_accuracy",
        ],
        settings: [.integer("k", default: 5, in: 1...1_000_000)]
    ) { TopK(k: $0.integer("k")) }

    public var k: Int

    public var name: String { "top_\(k):mean" }
    public let isGreaterBetter: Bool? = true
    public let formula = "Σᵢ wᵢ·rightᵢ / Σᵢ wᵢ, right 1 where fewer than k outputs are > a_y"

    public init(k: Int = 5) { self.k = k }

    public func refusal(of loss: Loss, outputShape: [Int]) -> String? {
        let outputs = outputShape.last ?? 1
        if Decision.auto.inForce(of: loss) == .threshold {
            return "top_k is of classes that shut one another out, and this loss takes each output "
                + "for itself"
        }
        if k > outputs {
            return "k is \(k), and the last layer has \(outputs) output\(outputs == 1 ? "" : "s")"
        }
        return nil
    }

    /// Σ w of the examples that are right, and of all.
    @specialized(where S == Double)
    @specialized(where S == Float)
    public func tally<S: Scalar>(of outputs: Matrix<S>, _ objective: Objective<S>) -> MetricTally {
        let a = objective.positions(of: outputs)
        let n = a.columns
        var (right, all) = (0.0, 0.0)
        a.elements.withUnsafeBufferPointer { a in
            objective.targets.elements.withUnsafeBufferPointer { y in
                for row in 0..<objective.targets.rows {
                    let own = a[row * n + y.argmax(from: row * n, count: n)]
                    var before = 0
                    for i in (row * n)..<((row + 1) * n) where a[i] > own { before += 1 }
                    let weight = objective.weight(row)
                    if before < k && own.isFinite { right += weight }
                    all += weight
                }
            }
        }
        return MetricTally([right, all])
    }

    public func value(of tally: MetricTally) -> MetricValue { .number(tally.ratio) }
}
