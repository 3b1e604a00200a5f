import NeuralNetwork

/// A training loop: so many epochs over a batch, whole or cut into mini-batches in their order.
public struct Trainer: Sendable {
    public var optimizer: any Optimizer
    public var learningRate: Double
    public var epochs: Int
    /// Examples to a step; the last step of an epoch takes what is left.
    public var batchSize: Int
    public var loss: Loss
    public var penalty: Penalty?

    public init(
        optimizer: any Optimizer, learningRate: Double, epochs: Int, batchSize: Int, loss: Loss,
        penalty: Penalty? = nil
    ) {
        precondition(epochs >= 1 && batchSize >= 1)
        self.optimizer = optimizer
        self.learningRate = learningRate
        self.epochs = epochs
        self.batchSize = batchSize
        self.loss = loss
        self.penalty = penalty
    }

    /// The training stopped because nobody waits for it any more.
    public struct Cancelled: Error {}

    /// Trains a network on a batch `[m, inputs]` with targets `[m, outputs]`.
    ///
    /// `isCancelled` is asked before each step.
    @specialized(where S == Double)
    @specialized(where S == Float)
    public func train<S: Scalar>(
        _ network: Network<S>, on inputs: Matrix<S>, targets: Matrix<S>,
        isCancelled: () -> Bool
    ) throws(Cancelled) -> TrainingResult<S> {
        var network = network
        var state = OptimizerState(of: network, slots: optimizer.slots)
        var costs: [Double] = []
        var last: TrainingStep<S>?
        let batches = MiniBatches(inputs, targets, size: batchSize)
        for epoch in 1...epochs {
            var epochCosts: [(cost: Cost, examples: Int)] = []
            for batch in batches {
                if isCancelled() { throw Cancelled() }
                var step = step(of: network, on: batch)
                epochCosts.append((step.cost, step.examples))
                if epoch == epochs { last = step }
                _ = Convention.loss.apply(
                    to: &step.gradients, examples: step.examples, penalties: step.penalties)
                state.update(&network, along: step.gradients, by: optimizer, learningRate)
            }
            costs.append(Cost.mean(of: epochCosts).total)
        }
        return TrainingResult(network: network, costs: costs, steps: state.steps, last: last!)
    }

    /// The two passes of one step.
    private func step<S: Scalar>(
        of network: Network<S>, on batch: MiniBatches<S>.Element
    ) -> TrainingStep<S> {
        let m = batch.inputs.rows
        let pass = network.forward(batch.inputs)
        let losses = network.losses(of: pass, loss, targets: batch.targets)
        return TrainingStep(
            pass: pass,
            cost: Cost(of: losses, penalty: penalty?.cost(of: network, examples: m) ?? 0),
            gradients: network.backpropagate(pass, loss: loss, targets: batch.targets),
            penalties: penalty?.gradients(of: network, examples: m))
    }
}

/// One step of a training, before its parameters are changed.
public struct TrainingStep<S: Scalar>: Sendable {
    public var pass: ForwardPass<S>
    public var cost: Cost
    /// The derivatives of Σ Lᵢ: no convention has been applied.
    public var gradients: Gradients<S>
    /// ∂R/∂W of each layer, where there is a penalty.
    public var penalties: [Matrix<S>]?

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
}
