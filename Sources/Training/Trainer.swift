import NeuralNetwork

/// A training loop: so many epochs over a batch, whole or cut into mini-batches in their order.
public struct Trainer: Sendable {
    public var optimizer: any Optimizer
    public var learningRate: Double
    public var epochs: Int
    /// Examples to a step; the last step of an epoch takes what is left.
    public var batchSize: Int
    public var penalty: Penalty?

    public init(
        optimizer: any Optimizer, learningRate: Double, epochs: Int, batchSize: Int,
        penalty: Penalty? = nil
    ) {
        precondition(epochs >= 1 && batchSize >= 1)
        self.optimizer = optimizer
        self.learningRate = learningRate
        self.epochs = epochs
        self.batchSize = batchSize
        self.penalty = penalty
    }

    /// The training stopped because nobody waits for it any more.
    public struct Cancelled: Error {}

    /// What makes the derivatives that a step goes along: those of Σ Lᵢ, and those of the penalty.
    public typealias Backward<S: Scalar> = (
        _ network: Network<S>, _ pass: ForwardPass<S>, _ batch: TrainingBatch<S>
    ) -> (gradients: Gradients<S>, penalties: [[Matrix<S>?]]?)

    /// Trains a network on a batch, in training mode.
    ///
    /// `backward` stands in place of backpropagation. `isCancelled` is asked before each step.
    @specialized(where S == Double)
    @specialized(where S == Float)
    public func train<S: Scalar>(
        _ network: Network<S>, on batch: TrainingBatch<S>, by backward: Backward<S>? = nil,
        isCancelled: () -> Bool
    ) throws(Cancelled) -> TrainingResult<S> {
        var network = network
        var state = OptimizerState(of: network, slots: optimizer.slots)
        var costs: [Double] = []
        var last: (step: TrainingStep<S>, of: Network<S>)?
        let steps = ((batch.examples - 1) / batchSize + 1) * epochs
        let backward = backward ?? backpropagate
        let batches = MiniBatches(batch, size: batchSize)
        for _ in 1...epochs {
            var epochCosts: [(cost: Cost, denominator: Double)] = []
            for batch in batches {
                if isCancelled() { throw Cancelled() }
                var step = step(of: &network, on: batch, number: state.steps, backward)
                epochCosts.append((step.cost, step.denominator.value))
                if state.steps == steps - 1 { last = (step, network) }  // A copy, so only once.
                Convention.loss.apply(
                    to: &step.gradients, denominator: step.denominator.value,
                    penalties: step.penalties)
                state.update(&network, along: step.gradients, by: optimizer, learningRate)
            }
            costs.append(Cost.mean(of: epochCosts).total)
        }
        return TrainingResult(
            network: network, costs: costs, steps: state.steps, last: last!.step,
            before: last!.of)
    }

    /// The two passes of one step; running statistics go on.
    private func step<S: Scalar>(
        of network: inout Network<S>, on batch: TrainingBatch<S>, number: Int,
        _ backward: Backward<S>
    ) -> TrainingStep<S> {
        let m = batch.examples
        for (index, mask) in batch.masks.enumerated() {
            network.layers[index].numbers.mask = mask
        }
        let pass = network.forward(batch.inputs, Run(.training, step: number))
        network.keepStates(of: pass)
        let losses = network.losses(of: pass, batch.objective)
        let (gradients, penalties) = backward(network, pass, batch)
        return TrainingStep(
            pass: pass, denominator: batch.denominator,
            cost: Cost(
                of: losses, denominator: batch.denominator.value,
                penalty: penalty?.cost(of: network, examples: m) ?? 0),
            gradients: gradients, penalties: penalties)
    }

    private func backpropagate<S: Scalar>(
        _ network: Network<S>, _ pass: ForwardPass<S>, _ batch: TrainingBatch<S>
    ) -> (gradients: Gradients<S>, penalties: [[Matrix<S>?]]?) {
        (
            network.backpropagate(pass, batch.objective),
            penalty?.gradients(of: network, examples: batch.examples)
        )
    }
}

/// One step of a training, before its parameters are changed.
public struct TrainingStep<S: Scalar>: Sendable {
    public var pass: ForwardPass<S>
    public var denominator: Denominator
    public var cost: Cost
    /// The derivatives of Σ Lᵢ: no convention has been applied.
    public var gradients: Gradients<S>
    /// ∂R/∂W of each layer's parameters, where there is a penalty.
    public var penalties: [[Matrix<S>?]]?

    /// m of the mini-batch.
    public var examples: Int { pass.examples }
}

/// What a training came to.
public struct TrainingResult<S: Scalar>: Sendable {
    public var network: Network<S>
    /// The cost of each epoch: that of its steps, each before its own update, weighted by their
    /// numbers of examples.
    public var costs: [Double]
    public var steps: Int
    /// The last step, whose gradients the last update went along.
    public var last: TrainingStep<S>
    /// The network as it was in the last step, before its update.
    public var before: Network<S>
}
