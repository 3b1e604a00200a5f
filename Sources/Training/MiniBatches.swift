import NeuralNetwork

/// A batch cut into mini-batches, in the order of its examples or in another; the last takes what is
/// left.
///
/// A mini-batch's examples are gathered when it is taken, so that there is no second copy of all.
struct MiniBatches<S: Scalar>: Sequence {
    typealias Element = TrainingBatch<S>

    private let whole: TrainingBatch<S>
    private let size: Int
    /// The indices of all examples as they are taken; nil for their own order.
    private let order: [Int]?

    /// `order` is a permutation of the indices of the examples.
    init(_ whole: TrainingBatch<S>, size: Int, order: [Int]? = nil) {
        precondition(size >= 1 && order?.count ?? whole.examples == whole.examples)
        self.whole = whole
        self.size = size
        self.order = order
    }

    /// How many there are.
    var count: Int { whole.examples == 0 ? 0 : (whole.examples - 1) / size + 1 }

    /// One of them, from 0.
    subscript(index: Int) -> TrainingBatch<S> {
        let start = index * size
        let rest = whole.examples - start
        let range = start..<(size < rest ? start + size : whole.examples)
        if let order { return whole.rows(at: order[range]) }
        return range.count == whole.examples ? whole : whole.rows(range)
    }

    func makeIterator() -> AnyIterator<Element> {
        var next = 0
        return AnyIterator {
            guard next < count else { return nil }
            defer { next += 1 }
            return self[next]
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

    /// What it counts for among others.
    var weight: Double { shares?.reduce(0, +) ?? Double(examples) }

    /// What the sum of its losses is divided by. Where no example weighs anything that sum is 0, and
    /// divided by 1.
    public var denominator: Denominator {
        guard shares != nil else { return .examples(examples) }
        let weight = weight
        return Denominator(weight == 0 ? 1 : weight, .weights)
    }

    /// Some of its examples.
    public func rows(_ range: Range<Int>) -> TrainingBatch {
        TrainingBatch(
            inputs: inputs.rows(range), objective: objective.rows(range, of: examples),
            masks: masks.map { $0?.rows(range) }, shares: shares.map { Array($0[range]) })
    }

    /// Some of its examples, in the order of their indices.
    public func rows(at indices: ArraySlice<Int>) -> TrainingBatch {
        TrainingBatch(
            inputs: inputs.rows(at: indices), objective: objective.rows(at: indices, of: examples),
            masks: masks.map { $0?.rows(at: indices) },
            shares: shares.map { shares in indices.map { shares[$0] } })
    }
}
