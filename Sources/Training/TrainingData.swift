import NeuralNetwork

/// What a network is trained on, and what it is tried on after each epoch.
public struct TrainingData<S: Scalar>: Sendable {
    public let batch: TrainingBatch<S>
    public let validation: TrainingBatch<S>?

    public init(_ batch: TrainingBatch<S>, validation: TrainingBatch<S>? = nil) {
        self.batch = batch
        self.validation = validation
    }
}
