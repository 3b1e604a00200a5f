import JSON
import NeuralNetwork
import Training

/// A training that is ready to go: a request whose parts fit one another.
struct Course<S: WireScalar> {
    let train: Train
    let problem: Problem<S>
    let trainer: Trainer
    let data: TrainingData<S>

    var objective: Objective<S> { data.batch.objective }

    /// The training, from its beginning or from the request's checkpoint.
    func session(
        by backward: Trainer.Backward<S>? = nil
    ) throws(RequestError) -> TrainingSession<S> {
        guard let checkpoint = train.resumesFrom else {
            return TrainingSession(problem.network, on: data, by: trainer, backward: backward)
        }
        let session: TrainingSession<S>
        do throws(CheckpointFault) {
            session = try TrainingSession(
                problem.network, on: data, by: trainer, from: checkpoint.bytes)
        } catch {
            throw .invalidFields(InvalidFields(FieldFault(checkpoint.pointer, error.reason)))
        }
        guard session.state.epoch < trainer.epochs else {
            throw .invalidFields(
                InvalidFields(
                    FieldFault(
                        Train.place("epochs"),
                        "is \(trainer.epochs), of which the checkpoint has done "
                            + "\(session.state.epoch): \"epochs\" counts them all")))
        }
        return session
    }
}

extension Train {
    /// Holds the parts of the request against one another and against the limits.
    func course<S: WireScalar>(within limits: ServiceLimits) throws(RequestError) -> Course<S> {
        let problem: Problem<S> = try resolve(within: limits)
        guard let objective = problem.objective else {
            preconditionFailure("the decoder requires Y and a loss")
        }
        do throws(InvalidFields) {
            let data = TrainingData(
                TrainingBatch(
                    inputs: problem.inputs, objective: objective,
                    masks: problem.network.layers.map(\.numbers.mask), shares: problem.shares),
                validation: try validationBatch(of: problem, within: limits))
            return Course(
                train: self, problem: problem, trainer: try trainer(of: problem, limits),
                data: data)
        } catch {
            throw .invalidFields(error)
        }
    }

    private func trainer<S: WireScalar>(
        of problem: Problem<S>, _ limits: ServiceLimits
    ) throws(InvalidFields) -> Trainer {
        let m = problem.examples
        var trainer = Trainer(
            optimizer: training.optimizer.value, learningRate: training.learningRate,
            epochs: training.epochs, batchSize: min(training.batchSize ?? m, m),
            penalty: problem.penalty)
        trainer.schedule = schedule
        trainer.clipping = training.clipping?.value
        trainer.shuffling = training.shuffling
        trainer.earlyStopping = earlyStopping
        trainer.metrics = metrics.map(\.value)
        trainer.watches = training.watches
        trainer.reportEvery = training.reportEvery
        try checkBatchSize(of: trainer, examples: m)
        try figures(problem.network.layers.map(\.layer), examples: m, limits).check()
        try checkMetrics(problem)
        let columns = trainer.columns(
            of: problem.network.layers.map(\.layer), hasValidation: validation != nil)
        try check(trainer.schedule?.monitor, of: "schedule", among: columns)
        try check(trainer.earlyStopping?.monitor.name, of: "early_stopping", among: columns)
        return trainer
    }

    /// What is watched where nothing is said is of the validation batch; without one, of the batch.
    private func monitors(_ settings: SettingValues) -> String? {
        settings.isGiven("monitor") || validation != nil ? nil : "loss:mean"
    }

    private var schedule: (any Schedule)? {
        guard let chosen = training.schedule else { return nil }
        guard var plateau = chosen.value as? ReduceOnPlateau else { return chosen.value }
        plateau.watched.name = monitors(chosen.settings) ?? plateau.watched.name
        return plateau
    }

    private var earlyStopping: EarlyStopping? {
        guard let settings = training.earlyStopping else { return nil }
        var stopping = EarlyStopping(settings)
        stopping.monitor.name = monitors(settings) ?? stopping.monitor.name
        return stopping
    }

    private func checkBatchSize(of trainer: Trainer, examples: Int) throws(InvalidFields) {
        guard trainer.optimizer.needsWholeBatch, trainer.batchSize < examples else { return }
        throw InvalidFields(
            FieldFault(
                Train.place("batch_size"),
                "\(training.optimizer.choice.name) takes each step on the whole batch"))
    }

    /// What is watched over has to be among what is reported.
    private func check(
        _ monitor: String?, of field: String, among columns: [String]
    ) throws(InvalidFields) {
        guard let monitor, !columns.contains(monitor) else { return }
        throw InvalidFields(
            .unknownName(
                "monitor", monitor,
                at: Train.place(field).appending("monitor"),
                known: columns))
    }

    private func checkMetrics<S: WireScalar>(_ problem: Problem<S>) throws(InvalidFields) {
        guard let loss = request.loss?.value else { return }
        var names: Set<String> = []
        for (index, metric) in metrics.enumerated() {
            let own = metric.value.name
            guard
                let reason = metric.value.refusal(
                    of: loss, outputShape: problem.network.outputShape)
                    ?? (names.insert(own).inserted
                        ? nil : "is reported as \(own.quoted), as a metric before it is")
            else { continue }
            throw InvalidFields(
                FieldFault(JSONPointer.root.appending("metrics").appending(index), reason))
        }
    }

    /// The batch that the network is tried on after each epoch, held against the network.
    private func validationBatch<S: WireScalar>(
        of problem: Problem<S>, within limits: ServiceLimits
    ) throws(InvalidFields) -> TrainingBatch<S>? {
        guard let validation else { return nil }
        let asked = request.replacing(validation)
        let other = problem.network.inputShape
        // First, as the network fits the batch: one that is drawn would fit any batch by itself, and
        // of one that is given the arrays would seem to be wrong.
        if let own = NetworkPlan(asked, as: request.options.layout).inputShape, own != other {
            func text(_ shape: [Int]) -> String {
                shape.map(String.init).joined(separator: " × ")
            }
            throw InvalidFields(
                FieldFault(
                    validation.inputs.pointer,
                    "X has \(text(own)) of each example, and the batch's X has \(text(other))"))
        }
        let tried: Problem<S> = try asked.resolve(
            within: limits, passes: Double(training.epochs))
        guard let objective = tried.objective else {
            preconditionFailure("the decoder requires Y of a validation batch")
        }
        return TrainingBatch(inputs: tried.inputs, objective: objective, shares: tried.shares)
    }
}
