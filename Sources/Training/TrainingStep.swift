import NeuralNetwork

/// One step of a training, before its parameters are changed.
public struct TrainingStep<S: Scalar>: Sendable {
    public var pass = ForwardPass<S>()
    /// The loss of each example.
    public var losses: [S] = []
    public var denominator = Denominator.examples(0)
    public var cost = Cost(data: 0, penalty: 0)
    /// The derivatives of Σ Lᵢ: no convention has been applied.
    public var gradients = Gradients<S>()
    /// ∂R/∂W of each layer's parameters, where there is a penalty.
    public var penalties: [[Matrix<S>?]]?

    /// m of the mini-batch.
    public var examples: Int { pass.examples }
}

extension Trainer {
    /// The two passes of one step, in training mode, in the memory of a step before; whether it was not
    /// cancelled, which is asked before each layer of either, and after which the step is of no use.
    func take<S: Scalar>(
        _ step: inout TrainingStep<S>, of network: inout Network<S>, on batch: TrainingBatch<S>,
        number: Int, by backward: Backward<S>?, unless isCancelled: () -> Bool
    ) -> Bool {
        for index in batch.masks.indices {
            let mask = batch.masks[index]
            // Few layers have one, and a network that is held twice would be copied.
            guard mask != nil || network.layers[index].numbers.mask != nil else { continue }
            network.layers[index].numbers.mask = mask
        }
        let run = Run(.training, step: number)
        guard network.forward(batch.inputs, run, into: &step.pass, unless: isCancelled) else {
            return false
        }
        if let backward {
            network.evaluate(batch.objective, of: step.pass, losses: &step.losses)
            guard let made = backward(network, step.pass, batch, isCancelled) else { return false }
            (step.gradients, step.penalties) = made
        } else {
            guard
                network.backpropagate(
                    step.pass, batch.objective, losses: &step.losses, into: &step.gradients,
                    unless: isCancelled)
            else { return false }
            step.penalties = penalty?.gradients(of: network, examples: batch.examples)
        }
        step.denominator = batch.denominator
        step.cost = Cost(
            of: step.losses, denominator: step.denominator.value,
            penalty: penalty?.cost(of: network, examples: batch.examples) ?? 0)
        return true
    }
}
