import JSON
import NeuralNetwork
import Training

// What `/train` answers of a training that has ended.

extension Train {
    func write<S: WireScalar>(
        _ session: TrainingSession<S>, of course: Course<S>, besides rightCosts: [Double]? = nil,
        to writer: inout JSONWriter
    ) {
        let (problem, state) = (course.problem, session.state)
        writer.write(session.result, as: problem.wire, problem.layout, faulty: fault)
        writer.field("costs", shape: [state.costs.count], state.costs)
        if let rightCosts {
            writer.field("costs_without_fault", shape: [rightCosts.count], rightCosts)
        }
        writer.write(state.reports, session.columns)
        writer.write(session.outcome ?? .finished, of: session)
        writer.object("training") { writer in
            writer.mark(fault)
            write(session, to: &writer)
        }
        writeEvaluations(session, of: problem, to: &writer)
        if let last = session.last { write(last, of: course, to: &writer) }
        if wantsCheckpoint {
            writer.field(
                "checkpoint", checkpoint: session.checkpoint(), epoch: state.epoch,
                step: state.steps)
        }
    }

    /// `training`: what was in force.
    private func write<S: WireScalar>(
        _ session: TrainingSession<S>, to writer: inout JSONWriter
    ) {
        writer.field("optimizer", training.optimizer)
        writer.field("rule", training.optimizer.value.formula)
        writer.field("learning_rate", training.learningRate)
        if let schedule = training.schedule {
            writer.field("schedule", schedule)
            writer.field("schedule_rule", schedule.value.formula)
        }
        if let clipping = training.clipping {
            writer.field("clipping", clipping)
            writer.field("clipping_rule", clipping.value.formula)
            writer.field("gradient_norm", Trainer.gradientNormText)
        }
        if let shuffling = training.shuffling {
            writer.object("shuffle") { writer in
                writer.field("seed", Int(shuffling.seed))
                writer.field("order", shuffling.order.rawValue)
            }
        }
        writer.field("epochs", training.epochs)
        writer.field("batch_size", session.trainer.batchSize)
        writer.field("steps", session.state.steps)
    }

    /// `last_step`: the gradients that the last update went along.
    private func write<S: WireScalar>(
        _ last: (step: TrainingStep<S>, before: Network<S>), of course: Course<S>,
        to writer: inout JSONWriter
    ) {
        let problem = course.problem
        writer.object("last_step") { writer in
            writer.mark(fault)
            var step = last.step
            problem.options.convention.apply(
                to: &step.gradients, denominator: step.denominator.value,
                penalties: step.penalties)
            writer.write(step.cost, isPenalized: problem.penalty != nil)
            writer.writeLayers(
                of: problem, last.before, pass: step.pass, gradients: step.gradients,
                include: include)
            writer.write(
                problem.meaning(of: step.pass, denominator: step.denominator),
                of: course.objective.loss.formula, include: include, isFaulty: fault != nil)
        }
    }

    /// `evaluation`: the network that is answered, in inference mode, where there is something to
    /// try it on or by.
    private func writeEvaluations<S: WireScalar>(
        _ session: TrainingSession<S>, of problem: Problem<S>, to writer: inout JSONWriter
    ) {
        guard !metrics.isEmpty || validation != nil else { return }
        writer.object("evaluation") { writer in
            writer.object("batch") { writer in
                writer.write(session.evaluate(on: session.data.batch))
            }
            guard let validation = session.data.validation else { return }
            writer.object("validation") { writer in
                writer.write(session.evaluate(on: validation))
            }
        }
    }
}

extension JSONWriter {
    /// `history`: a column for each thing that is reported, a row for each epoch.
    fileprivate mutating func write(_ reports: [EpochReport], _ columns: [String]) {
        object("history") { writer in
            writer.field("epoch", reports.map(\.epoch))
            writer.field("step", reports.map(\.step))
            for (index, name) in columns.enumerated() {
                writer.field(name, list: reports.map { $0.values[index] })
            }
        }
    }

    /// `outcome`, and what belongs to it.
    fileprivate mutating func write<S>(_ outcome: TrainingOutcome, of session: TrainingSession<S>) {
        field("outcome", outcome.name)
        if case .diverged(let divergence) = outcome {
            object("failure") { $0.write(divergence) }
        }
        if let best = session.state.best, let stopping = session.trainer.earlyStopping {
            object("best") { writer in
                writer.field("epoch", best.epoch)
                writer.field("monitor", stopping.monitor.name)
                writer.field("value", best.value)
                writer.field("restored", stopping.restoreBest)
            }
        }
        if !session.state.warnings.isEmpty {
            field("warnings", session.state.warnings.map(\.sentence))
        }
    }

    /// Where a training came upon a number that is not finite.
    mutating func write(_ divergence: Divergence) {
        field("epoch", divergence.epoch + 1)
        field("step", divergence.step + 1)
        field("tensor", divergence.tensor)
        field("kind", divergence.isNaN ? "NaN" : "Infinity")
        field("detail", divergence.sentence)
    }

    fileprivate mutating func write(_ evaluation: Evaluation) {
        field("cost:mean", evaluation.cost)
        field("loss:mean", evaluation.loss)
        for (name, value) in evaluation.metrics {
            switch value {
            case .number(let number): field(name, number)
            case .matrix(let matrix):
                field(name, shape: [matrix.rows, matrix.columns], matrix.elements)
            }
        }
    }
}

extension TrainingOutcome {
    var name: String {
        switch self {
        case .finished: "finished"
        case .stoppedEarly: "stopped_early"
        case .diverged: "diverged"
        }
    }
}

extension Divergence {
    var sentence: String {
        "\(tensor) has a number that is not finite in step \(step + 1), which is of epoch "
            + "\(epoch + 1): the network is answered as it was before that step"
    }
}
