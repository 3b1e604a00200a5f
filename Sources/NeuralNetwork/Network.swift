/// A chain of layers; each takes what the one before it gives.
public struct Network<S: Scalar>: Sendable {
    public var layers: [Dense<S>]

    /// There is at least one layer, and each takes as many inputs as the one before has outputs.
    public init(layers: [Dense<S>]) {
        precondition(!layers.isEmpty)
        precondition(zip(layers, layers.dropFirst()).allSatisfy { $0.outputs == $1.inputs })
        self.layers = layers
    }

    public var inputs: Int { layers[0].inputs }
    public var outputs: Int { layers[layers.count - 1].outputs }

    /// Forward: every layer's Z and A for a batch `[m, inputs]`.
    @specialized(where S == Double)
    @specialized(where S == Float)
    public func forward(_ inputs: Matrix<S>) -> ForwardPass<S> {
        var passes: [LayerPass<S>] = []
        for layer in layers {
            passes.append(layer.forward(passes.last?.activation ?? inputs))
        }
        return ForwardPass(layers: passes)
    }

    /// Every example's loss, for targets `[m, outputs]`.
    public func losses(of pass: ForwardPass<S>, _ loss: Loss, targets: Matrix<S>) -> [S] {
        let last = layers.count - 1
        return loss.evaluate(
            preActivation: pass.layers[last].preActivation,
            activation: pass.layers[last].activation,
            through: layers[last].activation, targets: targets)
    }
}

/// A forward pass, as a value: what each layer took and gave. It is all that the backward pass
/// reads of it, so that nothing is kept inside a layer.
public struct ForwardPass<S: Scalar>: Sendable {
    public var layers: [LayerPass<S>]

    /// A[L], `[m, outputs]`.
    public var outputs: Matrix<S> { layers[layers.count - 1].activation }
    /// m.
    public var examples: Int { layers[0].input.rows }
}
