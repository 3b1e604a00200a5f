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
    let include: [ArrayName]
    var training: TrainingSettings
    let validation: WireBatch?
    let metrics: [Chosen<any Metric>]
    /// A mistake that is to be made on purpose.
    let fault: Fault?
    /// Whether the answer is to have a checkpoint.
    let wantsCheckpoint: Bool
    var resumesFrom: WireCheckpoint?

    init(json: JSONCursor) throws(InvalidFields) {
        let extra: Extra
        (request, extra) = try NetworkRequest.read(from: json, for: .train) { reader, _ in
            Extra(&reader)
        }
        include = extra.include
        training = extra.training
        validation = extra.validation
        metrics = extra.metrics
        fault = extra.fault
        wantsCheckpoint = extra.wantsCheckpoint
        resumesFrom = extra.resumesFrom
        if let fault { try check(fault) }
    }

    private func check(_ fault: Fault) throws(InvalidFields) {
        guard request.options.precision == .float64 else {
            throw InvalidFields(
                FieldFault(
                    Self.faultPointer, "is made in float64 alone, and the request asks for float32")
            )
        }
        guard resumesFrom == nil, !wantsCheckpoint else {
            throw InvalidFields(
                FieldFault(
                    Self.faultPointer, "is made from the first step on, and goes with no checkpoint"
                ))
        }
    }

    static let faultPointer = JSONPointer.root.appending("fault")

    /// With a fault, those of the right training and of the wrong one, which makes every step of the
    /// way back several times over.
    var passes: Double {
        // A line search evaluates the cost and its gradients as often again.
        let evaluations = Double(1 + training.optimizer.value.evaluations)
        return (fault == nil ? 3 : 3 + 15) * evaluations * Double(training.epochs)
    }

    /// What the optimizer remembers is in it.
    var arrayBytes: Double {
        guard let run = rehearsed else { return 0 }
        return run.work.bytes + optimizerBytes(run.planned)
    }

    /// A course of it, which goes no step.
    func rehearse(within limits: ServiceLimits) throws(RequestError) {
        switch request.options.precision {
        case .float64: _ = try (course(within: limits) as Course<Double>).session()
        case .float32: _ = try (course(within: limits) as Course<Float>).session()
        }
    }

    func answer<S: WireScalar>(
        in _: S.Type, within limits: ServiceLimits, isCancelled: () -> Bool,
        to writer: inout JSONWriter
    ) throws(RequestError) {
        let training = try start(within: limits, unless: isCancelled)
        _ = training.advance(while: { true }, unless: isCancelled)
        if training.outcome == nil { throw .cancelled }
        training.write(to: &writer)
    }

    /// The training, ready to take its first step. One with a fault takes that to find out whether the
    /// fault changes anything, unless it is cancelled.
    func start(
        within limits: ServiceLimits, unless isCancelled: () -> Bool = { false }
    ) throws(RequestError) -> any TrainingInProgress {
        if let fault {
            // The decoder has seen to it that float64 is asked for.
            return try FaultyTraining(
                fault, course(within: limits), unless: isCancelled)
        }
        switch request.options.precision {
        case .float64: return try TrainingOfRequest<Double>(course(within: limits))
        case .float32: return try TrainingOfRequest<Float>(course(within: limits))
        }
    }
}

/// The fields of `/train` that no other call has.
private struct Extra {
    let include: [ArrayName]
    let training: TrainingSettings
    let validation: WireBatch?
    let metrics: [Chosen<any Metric>]
    let fault: Fault?
    let wantsCheckpoint: Bool
    let resumesFrom: WireCheckpoint?

    /// Nil where a field is at fault.
    init?(_ reader: inout FieldReader) {
        let include = Train.readInclude(&reader)
        let training = reader.required("training", .training)
        validation = reader.optional("validation", .batch(needsTargets: true))
        let metrics = reader.optional(
            "metrics",
            .list(of: FieldDecoder<Chosen<any Metric>>.choice("metric", among: Training.metrics)),
            default: [])
        fault = reader.optional("fault", .fault)
        let wantsCheckpoint = reader.optional("checkpoint", .flag, default: false)
        resumesFrom = reader.optional("resume_from", .checkpoint)
        guard let include, let training, let metrics, let wantsCheckpoint else { return nil }
        self.include = include
        self.training = training
        self.metrics = metrics
        self.wantsCheckpoint = wantsCheckpoint
    }
}
