/// Every derivative of a backward pass. As `backpropagate` makes them they are those of the sum of
/// the losses, Σ Lᵢ; `Convention.apply` turns them into those of another convention.
public struct Gradients<S: Scalar>: Sendable {
    public var layers: [LayerGradients<S>]
    /// dX, `[m, inputs]`, where it was asked for.
    public var inputs: Matrix<S>?
}

/// The derivatives that belong to one layer.
public struct LayerGradients<S: Scalar>: Sendable {
    /// dW, `[outputs, inputs]`.
    public var weights: Matrix<S>
    /// The two terms of dW, where there is a penalty.
    public private(set) var weightsTerms: (data: Matrix<S>, penalty: Matrix<S>)?
    /// db, `[1, outputs]`.
    public var bias: Matrix<S>
    /// dZ, `[m, outputs]`.
    public var preActivation: Matrix<S>
    /// dA, `[m, outputs]`.
    public var output: Matrix<S>

    init(
        weights: Matrix<S>, bias: Matrix<S>, preActivation: Matrix<S>, output: Matrix<S>
    ) {
        self.weights = weights
        self.bias = bias
        self.preActivation = preActivation
        self.output = output
    }

    /// Notes the penalty's own derivative, and adds it to dW if the scalar has the penalty in it.
    mutating func add(penalty: Matrix<S>, isPartOfScalar: Bool) {
        weightsTerms = (weights, penalty)
        if isPartOfScalar { weights.update(with: penalty) { $0 += $1 } }
    }
}

extension Network {
    /// The backward pass: the derivatives of Σ Lᵢ, with no 1/m anywhere.
    ///
    /// `targets` are as `Loss.evaluate` takes them. dX costs a product, so it is made on request.
    @specialized(where S == Double)
    @specialized(where S == Float)
    public func backpropagate(
        _ pass: ForwardPass<S>, loss: Loss, targets: Matrix<S>, toInputs: Bool = false
    ) -> Gradients<S> {
        let last = layers.count - 1
        var (dA, dZ) = loss.gradients(
            preActivation: pass.layers[last].preActivation,
            activation: pass.layers[last].activation,
            through: layers[last].activation, targets: targets)
        var backwards: [LayerGradients<S>] = []
        var inputGradient: Matrix<S>?
        for index in layers.indices.reversed() {
            let layer = layers[index]
            let (dW, db) = layer.parameterGradients(from: pass.layers[index].input, dZ)
            backwards.append(
                LayerGradients(weights: dW, bias: db, preActivation: dZ, output: dA))
            if index > 0 {
                let before = pass.layers[index - 1]
                dA = layer.inputGradient(dZ)
                dZ = layers[index - 1].activation.pullBack(
                    dA, through: before.preActivation, before.activation)
            } else if toInputs {
                inputGradient = layer.inputGradient(dZ)
            }
        }
        return Gradients(layers: backwards.reversed(), inputs: inputGradient)
    }
}
