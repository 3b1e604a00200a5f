import NeuralNetwork

/// A batch cut into mini-batches, in the order of its examples; the last takes what is left.
struct MiniBatches<S: Scalar>: Sequence {
    typealias Element = TrainingBatch<S>

    private let whole: TrainingBatch<S>
    private let size: Int

    init(_ whole: TrainingBatch<S>, size: Int) {
        precondition(size >= 1)
        self.whole = whole
        self.size = size
    }

    func makeIterator() -> AnyIterator<Element> {
        var start = 0
        return AnyIterator {
            let m = whole.examples
            guard start < m else { return nil }
            let range = start..<(size < m - start ? start + size : m)
            start = range.upperBound
            return range.count == m ? whole : whole.rows(range)
        }
    }
}

/// What one step is taken on: examples, what their outputs are held against, and the dropout masks
/// that the caller gives for them.
public struct TrainingBatch<S: Scalar>: Sendable {
    public let inputs: Matrix<S>
    public let objective: Objective<S>
    /// One for each layer; nil for a layer without.
    public let masks: [Matrix<S>?]
    /// What each example counts for in the denominator of the cost; nil for 1 each.
    public let shares: [Double]?

    public init(
        inputs: Matrix<S>, objective: Objective<S>, masks: [Matrix<S>?] = [],
        shares: [Double]? = nil
    ) {
        self.inputs = inputs
        self.objective = objective
        self.masks = masks
        self.shares = shares
    }

    public var examples: Int { inputs.rows }

    public var denominator: Denominator {
        shares.map { Denominator($0.reduce(0, +), .weights) } ?? .examples(examples)
    }

    /// Some of its examples.
    public func rows(_ range: Range<Int>) -> TrainingBatch {
        TrainingBatch(
            inputs: inputs.rows(range), objective: objective.rows(range, of: examples),
            masks: masks.map { $0?.rows(range) }, shares: shares.map { Array($0[range]) })
    }
}
