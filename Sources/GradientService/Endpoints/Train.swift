import JSON
import NeuralNetwork
import Training

/// `/train`: runs an optimizer, and answers the parameters, how the cost went, and the gradients
/// that the last step went along.
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

    init(json: JSONCursor) throws(InvalidFields) {
        let extra: (include: Set<ArrayName>, training: TrainingSettings)
        (request, extra) = try NetworkRequest.read(from: json, for: .train) { reader, _ in
            let include = Self.readInclude(&reader)
            let training = reader.required("training", .training)
            guard let include, let training else { return nil }
            return (include, training)
        }
        (include, training) = extra
    }

    var passes: Double { 3 * Double(training.epochs) }

    func answer<S: WireScalar>(
        in _: S.Type, within limits: ServiceLimits, isCancelled: () -> Bool,
        to writer: inout JSONWriter
    ) throws(RequestError) {
        let problem: Problem<S> = try resolve(within: limits)
        guard let objective = problem.objective else {
            preconditionFailure("the decoder requires Y and a loss")
        }
        let batchSize = training.batchSize ?? problem.examples
        try checkSteps(batchSize: batchSize, examples: problem.examples, limits)
        let trainer = Trainer(
            optimizer: training.optimizer.value, learningRate: training.learningRate,
            epochs: training.epochs, batchSize: batchSize, penalty: problem.penalty)
        let batch = TrainingBatch(
            inputs: problem.inputs, objective: objective,
            masks: problem.network.layers.map(\.numbers.mask), shares: problem.shares)
        let result: TrainingResult<S>
        do throws(Trainer.Cancelled) {
            result = try trainer.train(problem.network, on: batch, isCancelled: isCancelled)
        } catch {
            throw .cancelled
        }
        write(result, problem, objective.loss, batchSize: batchSize, to: &writer)
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
        _ result: TrainingResult<S>, _ problem: Problem<S>, _ loss: Loss, batchSize: Int,
        to writer: inout JSONWriter
    ) {
        writer.write(result.network, as: problem.wire, problem.layout)
        writer.field("costs", shape: [result.costs.count], result.costs)
        writer.object("training") { writer in
            writer.field("optimizer", training.optimizer)
            writer.field("rule", training.optimizer.value.formula)
            writer.field("learning_rate", training.learningRate)
            writer.field("epochs", training.epochs)
            writer.field("batch_size", batchSize)
            writer.field("steps", result.steps)
        }
        writer.object("last_step") { writer in
            var last = result.last
            problem.options.convention.apply(
                to: &last.gradients, denominator: last.denominator.value,
                penalties: last.penalties)
            writer.write(last.cost, isPenalized: problem.penalty != nil)
            writer.writeLayers(
                of: problem, result.before, pass: last.pass, gradients: last.gradients,
                include: include)
            writer.write(
                problem.meaning(of: last.pass, denominator: last.denominator), of: loss.formula,
                include: include)
        }
    }
}

extension JSONWriter {
    /// `network`, as a request may give it.
    fileprivate mutating func write<S: WireScalar>(
        _ network: Network<S>, as wire: [WireLayer], _ layout: Layout
    ) {
        object("network") { writer in
            writer.array("layers") { writer in
                for (layer, wire) in zip(network.layers, wire) {
                    writer.object { writer in writer.write(layer, as: wire, layout) }
                }
            }
        }
    }

    private mutating func write<S: WireScalar>(
        _ layer: NetworkLayer<S>, as wire: WireLayer, _ layout: Layout
    ) {
        let declaration = wire.declaration
        if wire.kind != Dense.self { field("type", declaration.name) }
        if let name = wire.name { field("name", name) }
        if let inputs = wire.inputs { field("inputs", inputs.map(\.text)) }
        // A size is in the shape of its arrays, where the layer has any.
        let isPlain = wire.kind == Dense.self && wire.settings.flag("use_bias")
        let hasWeights = declaration.arrays.contains { $0.role == .weights }
        if !isPlain {
            // A dropout takes one of its two settings alone.
            let settings = declaration.settings.filter {
                (!$0.isSize || !hasWeights)
                    && (wire.kind != Dropout.self || wire.settings.isGiven($0.name))
            }
            fields(settings, wire.settings)
        }
        for (declared, numbers) in zip(layer.layer.parameters, layer.numbers.parameters) {
            field(declared.form.name, numbers, declared, layout)
        }
        for (declared, numbers) in zip(layer.layer.states, layer.numbers.states) {
            field(declared.form.name, numbers, declared, layout)
        }
        if declaration.hasActivation { field("activation", wire.activation) }
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
