import Checking
import JSON
import NeuralNetwork
import Training

/// `/train`: runs an optimizer, and answers the parameters, how the cost went, and the gradients
/// that the last step went along. With a fault it shows what a mistake makes of a training.
struct Train: Computation {
    static let name = "train"
    static let arrays: (all: [ArrayName], byDefault: [ArrayName]) = (
        ArrayName.parameterGradients
            + [.preActivationGradient, .outputGradient, .preActivation, .activation]
            + ArrayName.parameters + ArrayName.masks,
        ArrayName.parameterGradients
    )

    let request: NetworkRequest
    private let include: Set<ArrayName>
    private let training: TrainingSettings
    /// A mistake that is to be made on purpose.
    private let fault: Fault?

    init(json: JSONCursor) throws(InvalidFields) {
        let extra: (include: Set<ArrayName>, training: TrainingSettings, fault: Fault?)
        (request, extra) = try NetworkRequest.read(from: json, for: .train) { reader, _ in
            let include = Self.readInclude(&reader)
            let training = reader.required("training", .training)
            let fault = reader.optional("fault", .fault)
            guard let include, let training else { return nil }
            return (include, training, fault)
        }
        (include, training, fault) = extra
        guard fault == nil || request.options.precision == .float64 else {
            throw InvalidFields(
                FieldFault(
                    Self.faultPointer, "is made in float64 alone, and the request asks for float32")
            )
        }
    }

    private static let faultPointer = JSONPointer.root.appending("fault")

    /// With a fault, those of the right training and of the wrong one, which makes every step of the
    /// way back several times over.
    var passes: Double { (fault == nil ? 3 : 3 + 15) * Double(training.epochs) }

    func answer<S: WireScalar>(
        in _: S.Type, within limits: ServiceLimits, isCancelled: () -> Bool,
        to writer: inout JSONWriter
    ) throws(RequestError) {
        guard let fault else {
            let course: Course<S> = try course(within: limits)
            let result = try course.train(isCancelled: isCancelled)
            return write(result, of: course, to: &writer)
        }
        // The decoder has seen to it that float64 is asked for.
        let course: Course<Double> = try course(within: limits)
        let shown = try course.rehearse(fault, training)
        let right = try course.train(isCancelled: isCancelled)
        let wrong = try course.train(by: course.faulty(fault, training), isCancelled: isCancelled)
        write(shown, of: fault, to: &writer)
        write(wrong, of: course, besides: right.costs, to: &writer)
    }

    private func course<S: WireScalar>(
        within limits: ServiceLimits
    ) throws(RequestError) -> Course<S> {
        let problem: Problem<S> = try resolve(within: limits)
        guard let objective = problem.objective else {
            preconditionFailure("the decoder requires Y and a loss")
        }
        let batchSize = training.batchSize ?? problem.examples
        try checkSteps(batchSize: batchSize, examples: problem.examples, limits)
        return Course(
            problem: problem,
            trainer: Trainer(
                optimizer: training.optimizer.value, learningRate: training.learningRate,
                epochs: training.epochs, batchSize: batchSize, penalty: problem.penalty),
            batch: TrainingBatch(
                inputs: problem.inputs, objective: objective,
                masks: problem.network.layers.map(\.numbers.mask), shares: problem.shares))
    }

    private func checkSteps(
        batchSize: Int, examples: Int, _ limits: ServiceLimits
    ) throws(RequestError) {
        let perEpoch = (examples - 1) / batchSize + 1
        guard Double(perEpoch) * Double(training.epochs) > Double(limits.steps) else { return }
        throw .invalidFields(
            InvalidFields(
                FieldFault(
                    JSONPointer.root.appending("training").appending("epochs"),
                    "\(training.epochs) epochs of \(perEpoch) steps are more than the limit of "
                        + "\(limits.steps) steps")))
    }

    private func write<S: WireScalar>(
        _ result: TrainingResult<S>, of course: Course<S>, besides rightCosts: [Double]? = nil,
        to writer: inout JSONWriter
    ) {
        let problem = course.problem
        writer.write(result.network, as: problem.wire, problem.layout, faulty: fault)
        writer.field("costs", shape: [result.costs.count], result.costs)
        if let rightCosts {
            writer.field("costs_without_fault", shape: [rightCosts.count], rightCosts)
        }
        writer.object("training") { writer in
            writer.mark(fault)
            writer.field("optimizer", training.optimizer)
            writer.field("rule", training.optimizer.value.formula)
            writer.field("learning_rate", training.learningRate)
            writer.field("epochs", training.epochs)
            writer.field("batch_size", course.trainer.batchSize)
            writer.field("steps", result.steps)
        }
        writer.object("last_step") { writer in
            writer.mark(fault)
            var last = result.last
            problem.options.convention.apply(
                to: &last.gradients, denominator: last.denominator.value,
                penalties: last.penalties)
            writer.write(last.cost, isPenalized: problem.penalty != nil)
            writer.writeLayers(
                of: problem, result.before, pass: last.pass, gradients: last.gradients,
                include: include)
            writer.write(
                problem.meaning(of: last.pass, denominator: last.denominator),
                of: course.batch.objective.loss.formula, include: include,
                isFaulty: fault != nil)
        }
    }
}

/// `{"optimizer": "adam", "learning_rate": 0.001, "epochs": 10, "batch_size": 64}`.
struct TrainingSettings {
    let optimizer: Chosen<any Optimizer>
    let learningRate: Double
    let epochs: Int
    /// Nil for the whole batch.
    let batchSize: Int?
}

extension FieldDecoder where Value == TrainingSettings {
    static var training: FieldDecoder {
        FieldDecoder { (cursor) throws(InvalidFields) in
            var reader = try FieldReader(cursor)
            let optimizer = reader.required(
                "optimizer", .choice("optimizer", among: optimizers))
            let rate = reader.optional("learning_rate", .number(in: 0...1e6))
            let epochs = reader.required("epochs", .integer(in: 1...1_000_000_000))
            let batchSize = reader.optional("batch_size", .integer(in: 1...1_000_000_000))
            let (optimizerRead, epochsRead) = try reader.finish(optimizer, epochs)
            return TrainingSettings(
                optimizer: optimizerRead,
                learningRate: rate ?? type(of: optimizerRead.value).defaultLearningRate,
                epochs: epochsRead, batchSize: batchSize)
        }
    }
}
