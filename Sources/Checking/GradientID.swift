/// Which derivative of a network.
public struct GradientID: Hashable, Sendable {
    /// The layer's index; −1 for X, whose only derivative is that of its `output`.
    public let layer: Int
    public let kind: Kind

    public enum Kind: Hashable, Sendable {
        /// dA, of the layer's output.
        case output
        /// dZ.
        case preActivation
        /// dW, db and so on, by the parameter's index.
        case parameter(Int)
    }

    public init(_ layer: Int, _ kind: Kind) {
        self.layer = layer
        self.kind = kind
    }

    /// dX.
    public static let inputs = GradientID(-1, .output)
}

extension GradientID {
    /// The parameter's index; 0 for another derivative.
    var parameterIndex: Int {
        if case .parameter(let index) = kind { index } else { 0 }
    }
}
