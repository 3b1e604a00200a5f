import NeuralNetwork

// What a training reports of an epoch, by names and in the order of the names.

extension Trainer {
    /// The names of all that is reported of an epoch.
    public func columns(of layers: [any Layer], hasValidation: Bool) -> [String] {
        var names = ["cost:mean", "loss:mean", "learning_rate:last"]
        if clipping != nil { names += Self.normColumns }
        let ofMetrics = reportedMetrics.map(\.name)
        names += ofMetrics
        if hasValidation {
            names += (["cost:mean", "loss:mean"] + ofMetrics).map { "validation." + $0 }
        }
        let parameters = layers.enumerated().flatMap { index, layer in
            layer.parameters.map { (layer: index, name: $0.form.name) }
        }
        if watches.contains(.gradientNorms) {
            names += parameters.map { "layers.\($0.layer).d\($0.name).norm:last" }
        }
        if watches.contains(.updateRatios) {
            names += parameters.map { "layers.\($0.layer).\($0.name).update_ratio:last" }
        }
        return names
    }

    /// What the columns of the gradient's norm are of.
    public static let gradientNormText = """
        ‖∂J/∂θ‖₂ of all parameters together, the penalty's share included, before clipping; over the \
        steps of each epoch
        """
    private static let normColumns = ["gradient_norm:mean", "gradient_norm:max"]

    /// Whether the values of every epoch are wanted, not only of those that are reported.
    var monitorsEachEpoch: Bool { earlyStopping != nil || schedule?.monitor != nil }

    /// The metrics that come to one number each; the others are of the end only.
    var reportedMetrics: [any Metric] {
        metrics.filter { $0.number(of: MetricTally()) != nil }
    }
}

extension Metric {
    func number(of tally: MetricTally) -> Double? {
        if case .number(let value) = value(of: tally) { value } else { nil }
    }
}

// A network as it is, on examples that it is not trained on.

extension Trainer {
    /// Examples that are evaluated at once: as many as keep the products busy.
    private static let evaluatedAtOnce = 1024

    /// The mean cost and some metrics on a batch, in inference mode; nil where it is cancelled.
    @specialized(where S == Double)
    @specialized(where S == Float)
    func evaluate<S: Scalar>(
        _ network: Network<S>, on batch: TrainingBatch<S>, _ metrics: [any Metric],
        unless isCancelled: () -> Bool
    ) -> EpochTally? {
        var tally = EpochTally()
        let parts = MiniBatches(batch, size: Self.evaluatedAtOnce)
        let penalty = penalty?.cost(of: network, examples: batch.examples) ?? 0
        for index in 0..<parts.count {
            let part = parts[index]
            guard
                let pass = network.forward(part.inputs, Run(.inference), unless: isCancelled)
            else { return nil }
            let losses = network.losses(of: pass, part.objective)
            tally.add(
                Cost(of: losses, denominator: part.denominator.value, penalty: penalty),
                weight: part.weight)
            tally.add(metrics, of: pass.outputs, part.objective)
        }
        return tally
    }

    /// J and its derivatives at other parameters, on the examples of a step.
    func evaluate<S: Scalar>(
        _ network: Network<S>, on batch: TrainingBatch<S>, number: Int, by backward: Backward<S>?,
        unless isCancelled: () -> Bool
    ) throws(StepCancelled) -> (cost: Double, gradients: Gradients<S>) {
        var network = network
        var step = TrainingStep<S>()
        guard
            take(
                &step, of: &network, on: batch, number: number, by: backward, unless: isCancelled)
        else { throw StepCancelled() }
        Convention.loss.apply(
            to: &step.gradients, denominator: step.denominator.value, penalties: step.penalties)
        return (step.cost.total, step.gradients)
    }
}

/// What a network comes to on a batch, as it is.
public struct Evaluation: Sendable {
    public let cost: Double
    public let loss: Double
    public let metrics: [(name: String, value: MetricValue)]
}

extension TrainingSession {
    /// The result on a batch, in inference mode.
    public func evaluate(on batch: TrainingBatch<S>) -> Evaluation {
        let tally = trainer.evaluate(result, on: batch, trainer.metrics, unless: { false })!
        return Evaluation(
            cost: tally.meanCost, loss: tally.meanLoss,
            metrics: zip(trainer.metrics, tally.metrics).map { ($0.name, $0.value(of: $1)) })
    }
}
