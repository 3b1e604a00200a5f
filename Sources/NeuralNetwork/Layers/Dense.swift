/// A fully connected layer: `Z = A_prev · Wᵀ + b`, `A = g(Z)`, an example a row.
///
/// | array     | shape               |
/// | --------- | ------------------- |
/// | `input`   | `[m, inputs]`       |
/// | `weights` | `[outputs, inputs]` |
/// | `bias`    | `[1, outputs]`      |
/// | `Z`, `A`  | `[m, outputs]`      |
public struct Dense<S: Scalar>: Sendable {
    public var weights: Matrix<S>
    public var bias: Matrix<S>
    public var activation: Activation

    /// The shapes must fit one another: `bias` has a column for each row of `weights`.
    public init(weights: Matrix<S>, bias: Matrix<S>, activation: Activation) {
        precondition(bias.rows == 1 && bias.columns == weights.rows)
        self.weights = weights
        self.bias = bias
        self.activation = activation
    }

    public var inputs: Int { weights.columns }
    public var outputs: Int { weights.rows }

    /// Forward: Z and A of an input.
    public func forward(_ input: Matrix<S>) -> LayerPass<S> {
        var z = input.times(weights.transposed)
        z.addToEachRow(bias)
        return LayerPass(input: input, preActivation: z, activation: activation.evaluate(at: z))
    }

    /// Backward, for dZ of a sum over examples: `dW = dZᵀ·A_prev`, `db` the column sums of dZ.
    /// No 1/m here: `Convention` puts it on (Bishop, PRML §5.3).
    func parameterGradients(
        from input: Matrix<S>, _ preActivationGradient: Matrix<S>
    ) -> (weights: Matrix<S>, bias: Matrix<S>) {
        (preActivationGradient.transposed.times(input), preActivationGradient.columnSums)
    }

    /// Backward to the layer before: `dA_prev = dZ·W`.
    func inputGradient(_ preActivationGradient: Matrix<S>) -> Matrix<S> {
        preActivationGradient.times(weights)
    }
}

/// What one layer made of its input, which is all that the backward pass needs.
public struct LayerPass<S: Scalar>: Sendable {
    public var input: Matrix<S>
    /// Z, before the activation.
    public var preActivation: Matrix<S>
    /// A, after it.
    public var activation: Matrix<S>
}
