import NeuralNetwork

/// A batch cut into mini-batches, in the order of its examples; the last takes what is left.
struct MiniBatches<S: Scalar>: Sequence {
    typealias Element = (inputs: Matrix<S>, targets: Matrix<S>)

    private let inputs: Matrix<S>
    private let targets: Matrix<S>
    private let size: Int

    init(_ inputs: Matrix<S>, _ targets: Matrix<S>, size: Int) {
        precondition(size >= 1 && inputs.rows == targets.rows)
        self.inputs = inputs
        self.targets = targets
        self.size = size
    }

    func makeIterator() -> AnyIterator<Element> {
        var start = 0
        return AnyIterator {
            guard start < inputs.rows else { return nil }
            let range = start..<(size < inputs.rows - start ? start + size : inputs.rows)
            start = range.upperBound
            if range.count == inputs.rows { return (inputs, targets) }
            return (inputs.rows(range), targets.rows(range))
        }
    }
}
