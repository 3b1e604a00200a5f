import NeuralNetwork

/// How a training goes: the rule, and all that decides over its steps.
public struct Trainer: Sendable {
    public var optimizer: any Optimizer
    public var learningRate: Double
    /// In all, those of an earlier part of the same training included.
    public var epochs: Int
    /// Examples to a step; the last step of an epoch takes what is left.
    public var batchSize: Int
    public var penalty: Penalty?
    /// Nil for a learning rate that stays.
    public var schedule: (any Schedule)?
    public var clipping: Clipping?
    /// Nil for the examples in their order.
    public var shuffling: Shuffling?
    public var earlyStopping: EarlyStopping?
    public var metrics: [any Metric] = []
    /// What is reported beside.
    public var watches: Set<Watch> = []
    /// Every so many epochs, and after the last, there is a report.
    public var reportEvery = 1

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

    /// What may be watched, of the last step of each epoch.
    public enum Watch: String, CaseIterable, Sendable {
        /// ‖dW‖ of each layer's parameters: of the derivatives of J, before clipping.
        case gradientNorms = "gradient_norms"
        /// ‖ΔW‖ / ‖W‖ of each layer's parameters: how far the step moved them.
        case updateRatios = "update_ratios"
    }

    /// What makes the derivatives that a step goes along: those of Σ Lᵢ, and those of the penalty; nil
    /// where it is cancelled.
    public typealias Backward<S: Scalar> =
        @Sendable (
            _ network: Network<S>, _ pass: ForwardPass<S>, _ batch: TrainingBatch<S>,
            _ isCancelled: () -> Bool
        ) -> (gradients: Gradients<S>, penalties: [[Matrix<S>?]]?)?
}
