import NeuralNetwork

/// A figure of how well outputs fit their targets, which no gradient is taken of.
///
/// It is made of a tally for each batch. Tallies are put together as if their examples had come in
/// one batch, so that a short last batch counts for what it has. What is weighed in the loss, by
/// sample and class weights, is weighed in a metric alike; of outputs with more axes than one each
/// position counts by itself.
public protocol Metric: Sendable {
    /// The rule, as text.
    var formula: String { get }
    /// The name of its value in a report, which carries its reduction.
    var name: String { get }
    /// Whether a greater value is a better one; nil where there is no better.
    var isGreaterBetter: Bool? { get }
    /// Why it cannot be taken of a loss's targets and of outputs of a shape, as a sentence; nil where
    /// it can.
    func refusal(of loss: Loss, outputShape: [Int]) -> String?
    /// The tally of a batch; `outputs` is A[L].
    func tally<S: Scalar>(of outputs: Matrix<S>, _ objective: Objective<S>) -> MetricTally
    /// Puts another tally to one; both are of as many outputs.
    func add(_ other: MetricTally, to tally: inout MetricTally)
    /// What a tally comes to; of no examples, or of such that weigh nothing, not a number.
    func value(of tally: MetricTally) -> MetricValue
}

extension Metric {
    public func add(_ other: MetricTally, to tally: inout MetricTally) {
        if tally.numbers.isEmpty {
            tally = other
        } else if !other.numbers.isEmpty {
            precondition(tally.numbers.count == other.numbers.count)
            for i in tally.numbers.indices { tally.numbers[i] += other.numbers[i] }
        }
    }
}

/// What a metric has counted, in float64; empty for no examples.
public struct MetricTally: Sendable, Equatable {
    public internal(set) var numbers: [Double]

    public init() { numbers = [] }

    public init(_ numbers: [Double]) { self.numbers = numbers }
}

/// What a metric comes to.
public enum MetricValue: Sendable, Equatable {
    /// A report has it under the metric's name.
    case number(Double)
    /// Not part of flat reports.
    case matrix(Matrix<Double>)
}

/// Every metric, as a caller may name and set it.
public let metrics: [Choice<any Metric>] = [
    Accuracy.choice, TopK.choice, R2.choice, ConfusionMatrix.choice,
]
