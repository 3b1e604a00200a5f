import NeuralNetwork

/// One step of a training, before its parameters are changed.
public struct TrainingStep<S: Scalar>: Sendable {
    public var pass: ForwardPass<S>
    /// The loss of each example.
    public var losses: [S]
    public var denominator: Denominator
    public var cost: Cost
    /// The derivatives of Σ Lᵢ: no convention has been applied.
    public var gradients: Gradients<S>
    /// ∂R/∂W of each layer's parameters, where there is a penalty.
    public var penalties: [[Matrix<S>?]]?

    /// m of the mini-batch.
    public var examples: Int { pass.examples }
}

extension Trainer {
    /// The two passes of one step, in training mode; nil where it is cancelled, which is asked before
    /// each layer of either.
    func step<S: Scalar>(
        of network: inout Network<S>, on batch: TrainingBatch<S>, number: Int,
        by backward: Backward<S>?, unless isCancelled: () -> Bool
    ) -> TrainingStep<S>? {
        for index in batch.masks.indices {
            let mask = batch.masks[index]
            // Few layers have one, and a network that is held twice would be copied.
            guard mask != nil || network.layers[index].numbers.mask != nil else { continue }
            network.layers[index].numbers.mask = mask
        }
        let run = Run(.training, step: number)
        guard let pass = network.forward(batch.inputs, run, unless: isCancelled) else {
            return nil
        }
        let losses = network.losses(of: pass, batch.objective)
        let gradients: Gradients<S>
        let penalties: [[Matrix<S>?]]?
        if let backward {
            guard let made = backward(network, pass, batch, isCancelled) else { return nil }
            (gradients, penalties) = made
        } else {
            guard
                let made = network.backpropagate(pass, batch.objective, unless: isCancelled)
            else { return nil }
            gradients = made
            penalties = penalty?.gradients(of: network, examples: batch.examples)
        }
        return TrainingStep(
            pass: pass, losses: losses, denominator: batch.denominator,
            cost: Cost(
                of: losses, denominator: batch.denominator.value,
                penalty: penalty?.cost(of: network, examples: batch.examples) ?? 0),
            gradients: gradients, penalties: penalties)
    }
}
