import NeuralNetwork

// What happens before the first step of an epoch and after its last.

extension TrainingSession {
    /// The examples of the next step; before the first of an epoch their order is drawn.
    mutating func nextBatch() -> TrainingBatch<S> {
        if batches == nil {
            var random = state.random
            let order = trainer.shuffling?.permutation(
                of: data.batch.examples, epoch: state.epoch, from: &random)
            batches = MiniBatches(data.batch, size: trainer.batchSize, order: order)
            randomAfter = random
        }
        return batches![state.stepOfEpoch]
    }

    /// The learning rate in force for a step.
    func rate(of step: Int) -> Double {
        let moment = Moment(step: step, epoch: state.epoch, stepsPerEpoch: stepsPerEpoch)
        return trainer.schedule?.rate(
            base: trainer.learningRate, at: moment, state: state.schedule) ?? trainer.learningRate
    }

    mutating func tally(_ step: TrainingStep<S>, _ batch: TrainingBatch<S>) {
        state.tally.add(step.cost, weight: batch.weight)
        state.tally.add(metrics, of: step.pass.outputs, batch.objective)
    }

    mutating func clip(_ gradients: inout Gradients<S>) {
        guard let clipping = trainer.clipping else { return }
        let norm = gradients.globalNorm
        clipping.clip(&gradients, globalNorm: norm)
        state.tally.add(norm: norm)
    }

    /// Whether this step may be the last of all, which is then told of.
    var keepsStep: Bool {
        isLastOfEpoch && (state.epoch == trainer.epochs - 1 || trainer.earlyStopping != nil)
    }

    func watches(_ watch: Trainer.Watch) -> Bool {
        isLastOfEpoch && trainer.watches.contains(watch)
    }

    var isLastOfEpoch: Bool { state.stepOfEpoch == stepsPerEpoch - 1 }

    /// Whether there is a report of this epoch.
    private var isDue: Bool {
        let epoch = state.epoch + 1
        return epoch % trainer.reportEvery == 0 || epoch == trainer.epochs
    }

    /// Whether this epoch's values are wanted, of the validation batch too.
    var isValidated: Bool { isDue || trainer.monitorsEachEpoch }

    /// Ends the epoch and adds what there is to tell of it; whether it is the last by early stopping.
    /// `validated` is of the validation batch.
    mutating func finishEpoch(_ validated: EpochTally?, _ news: inout [TrainingNews]) -> Bool {
        let (epoch, isDue) = (state.epoch + 1, isDue)
        let values = isValidated ? values(validated) : nil
        state.costs.append(state.tally.meanCost)
        state.epoch = epoch
        state.stepOfEpoch = 0
        state.tally = EpochTally()
        state.random = randomAfter
        batches = nil
        let warning = warning()
        let stops = values.map { judge($0) } ?? false
        if let values, isDue || stops {
            let report = EpochReport(epoch: epoch, step: state.steps, values: values)
            state.reports.append(report)
            news.append(.epoch(report))
        }
        if let warning {
            state.warnings.append(warning)
            news.append(.warning(warning))
        }
        return stops
    }

    /// What has a person look again; each is told once, and one an epoch: the other, if it lasts, comes
    /// with the next.
    private func warning() -> TrainingWarning? {
        func isNew(_ kind: TrainingWarning.Kind) -> Bool {
            !state.warnings.contains { $0.kind == kind }
        }
        if watched.isFlat, isNew(.noGradient) {
            return TrainingWarning(kind: .noGradient, epoch: state.epoch)
        }
        if let first = state.costs.first, let last = state.costs.last, first != 0,
            last > TrainingWarning.rise * abs(first), isNew(.costRises)
        {
            return TrainingWarning(kind: .costRises, epoch: state.epoch)
        }
        return nil
    }

    /// The values of a report, in the order of `columns`.
    private func values(_ validated: EpochTally?) -> [Double] {
        var values: [Double] = []
        values.reserveCapacity(columns.count)
        values.append(state.tally.meanCost)
        values.append(state.tally.meanLoss)
        values.append(watched.learningRate)
        if trainer.clipping != nil {
            values.append(state.tally.meanNorm)
            values.append(state.tally.normMaximum)
        }
        append(state.tally, to: &values)
        if let validated {
            values.append(validated.meanCost)
            values.append(validated.meanLoss)
            append(validated, to: &values)
        }
        values += watched.gradientNorms
        values += watched.updateRatios
        return values
    }

    /// What the metrics come to.
    private func append(_ tally: EpochTally, to values: inout [Double]) {
        for (metric, own) in zip(metrics, tally.metrics) {
            if let number = metric.number(of: own) { values.append(number) }
        }
    }

    /// Shows the epoch to the schedule and to early stopping; whether that is enough.
    private mutating func judge(_ values: [Double]) -> Bool {
        func value(_ name: String) -> Double? {
            columns.firstIndex(of: name).map { values[$0] }
        }
        if let schedule = trainer.schedule, let value = schedule.monitor.flatMap(value) {
            schedule.observe(value, base: trainer.learningRate, state: &state.schedule)
        }
        guard let stopping = trainer.earlyStopping, let value = value(stopping.monitor.name) else {
            return false
        }
        var judged = state.stopping ?? EarlyStopping.State()
        let verdict = stopping.observe(value, epoch: state.epoch - 1, state: &judged)
        state.stopping = judged
        if verdict == .improved {
            state.best = TrainingState.Best(
                epoch: state.epoch, value: value,
                numbers: stopping.restoreBest ? state.network.layers.map(\.numbers) : [])
        }
        return verdict == .stop
    }
}

/// What is watched in the last step of an epoch.
struct Watched: Sendable {
    var learningRate = 0.0
    /// Whether every derivative was 0.
    var isFlat = false
    var gradientNorms: [Double] = []
    var updateRatios: [Double] = []
}

extension Network {
    /// ‖ΔW‖ / ‖W‖ of each parameter of each layer, W as it is here.
    func updateRatios(to after: Network) -> [Double] {
        zip(layers, after.layers).flatMap { before, after in
            zip(before.numbers.parameters, after.numbers.parameters).map { old, new in
                var moved = new
                moved.update(with: old) { $0 -= $1 }
                return moved.norm() / old.norm()
            }
        }
    }
}
