import NeuralNetwork

/// The derivatives that a caller computed, as far as they were submitted.
public struct Submission: Sendable {
    public var tensors: [GradientID: Tensor]
    public var cost: Double?

    /// A submitted derivative.
    public struct Tensor: Sendable {
        /// Its numbers in the engine's order, where its shape allows it.
        public let matrix: Matrix<Double>?
        /// Its numbers as they came.
        public let numbers: [Double]
        /// What is not as expected about its shape.
        public let shape: ShapeFinding?

        public init(_ matrix: Matrix<Double>?, numbers: [Double], shape: ShapeFinding? = nil) {
            self.matrix = matrix
            self.numbers = numbers
            self.shape = shape
        }
    }

    public init(tensors: [GradientID: Tensor], cost: Double? = nil) {
        self.tensors = tensors
        self.cost = cost
    }
}

/// A shape that is not the one expected.
public struct ShapeFinding: Equatable, Sendable {
    public let found: [Int]
    public let expected: [Int]
    public let kind: Kind

    public enum Kind: String, CaseIterable, Sendable {
        /// `(n,)` for `(n, 1)`.
        case missingAxis = "missing_axis"
        /// All numbers in one flat list, or one row or column.
        case flattened
        case transposed
        /// As another layout has it.
        case otherLayout = "other_layout"
        /// No numbers to compare.
        case other
    }

    /// Whether it is only how a vector is written: flat, or as a column.
    public var isHarmless: Bool {
        kind == .missingAxis || kind == .otherLayout && expected.count == 1
    }

    public init(found: [Int], expected: [Int], kind: Kind) {
        self.found = found
        self.expected = expected
        self.kind = kind
    }
}
