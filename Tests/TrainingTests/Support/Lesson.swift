import NeuralNetwork
import TestSupport

@testable import Training

/// A small training with all there is: a batch normalization, dropout, a short last batch.
struct Lesson<S: Scalar> {
    let network: Network<S>
    let data: TrainingData<S>
    var trainer: Trainer

    var begun: TrainingSession<S> { TrainingSession(network, on: data, by: trainer) }

    /// 7 examples of 3 numbers and 2 classes; 4 epochs of 3 steps, or of one.
    init(_ optimizer: any Optimizer, order: Shuffling.Order? = .continued) throws {
        var random = LegacyRandom(seed: 11)
        func matrix(_ rows: Int, _ columns: Int) -> Matrix<S> {
            Matrix(
                rows: rows, columns: columns,
                elements: (0..<(rows * columns)).map { _ in S(random.normal()) })
        }
        func batch(_ examples: Int) -> TrainingBatch<S> {
            let classes = (0..<examples).map { $0 % 2 }
            return TrainingBatch(
                inputs: matrix(examples, 3),
                objective: Objective(
                    loss: .categoricalCrossentropy(), targets: .oneHot(classes, of: 2)))
        }
        var dropping = SettingValues(defaultsOf: Dropout.declaration.settings)
        dropping.set("rate", to: 0.25)
        let normalizing = SettingValues(defaultsOf: BatchNormalization.declaration.settings)
        network = Network(layers: [
            dense(weights: matrix(4, 3), bias: matrix(1, 4), activation: .tanh),
            NetworkLayer(
                try BatchNormalization(LayerPlan(normalizing, inputs: [[4]])), sources: [],
                numbers: LayerNumbers(
                    parameters: [1, 0].map { Matrix(rows: 1, columns: 4, repeating: $0) },
                    states: [0, 1].map { Matrix(rows: 1, columns: 4, repeating: $0) })),
            NetworkLayer(
                try Dropout(LayerPlan(dropping, inputs: [[4]])), sources: [],
                numbers: LayerNumbers()),
            dense(weights: matrix(2, 4), bias: matrix(1, 2), activation: .softmax),
        ])
        data = TrainingData(batch(7), validation: batch(3))
        trainer = Trainer(
            optimizer: optimizer, learningRate: 0.05, epochs: 4,
            batchSize: optimizer.needsWholeBatch ? 7 : 3,
            penalty: Penalty(l2: 0.01, scale: .lambdaOver2m))
        trainer.schedule = ReduceOnPlateau(
            watched: Monitor("loss:mean"), factor: 0.5, patience: 1, cooldown: 0, minimum: 0)
        trainer.clipping = .globalNorm(0.5)
        trainer.shuffling = order.map { Shuffling(seed: 5, order: $0) }
        trainer.earlyStopping = EarlyStopping(patience: 3, restoreBest: true)
        trainer.metrics = [Accuracy(), ConfusionMatrix()]
        trainer.watches = [.gradientNorms, .updateRatios]
    }

    func resumed(from bytes: [UInt8]) throws(CheckpointFault) -> TrainingSession<S> {
        try TrainingSession(network, on: data, by: trainer, from: bytes)
    }
}
