import JSON
import NeuralNetwork

/// `/backward`: every layer's gradients, and what each of them is.
struct Backward: Computation {
    static let name = "backward"
    static let arrays: (all: [ArrayName], byDefault: [ArrayName]) = (
        ArrayName.parameterGradients + [
            .preActivationGradient, .outputGradient, .inputGradient, .preActivation, .activation,
            .losses, .outputs, .moments,
        ] + ArrayName.parameters + ArrayName.masks,
        ArrayName.parameterGradients + [.preActivationGradient, .outputGradient]
    )

    let request: NetworkRequest
    private let include: [ArrayName]
    private let perExample: PerExample?
    /// Whether every operation is told.
    private let isTraced: Bool

    /// A trace is for reading: it has no more layers.
    private static let tracedLayers = 100

    init(json: JSONCursor) throws(InvalidFields) {
        let extra: (include: [ArrayName], perExample: PerExample?, isTraced: Bool)
        (request, extra) = try NetworkRequest.read(from: json, for: .backward) { reader, _ in
            let perExample: PerExample? = reader.optional(
                "per_example", .word("kind of per_example"))
            if reader.has("per_example"), reader.has("dA") || reader.has("seeds") {
                reader.refuse(
                    FieldFault(
                        reader.pointer.appending("per_example"), "goes with Y and a loss"))
            }
            let isTraced = reader.optional("trace", .flag, default: false)
            guard let include = Self.readInclude(&reader), let isTraced else { return nil }
            return (include, perExample, isTraced)
        }
        (include, perExample, isTraced) = extra
        if isTraced, request.layers.count > Self.tracedLayers {
            throw InvalidFields(
                FieldFault(
                    json.pointer.appending("trace"),
                    "is for networks of at most \(Self.tracedLayers) layers, and there are "
                        + "\(request.layers.count)"))
        }
    }

    var isTiny: Bool { request.isTiny(passes: passes) && !isTraced }

    /// A backward pass is two products where a forward pass is one; statistics take two more.
    var passes: Double {
        1 + 2 * Double(request.seeds?.count ?? 1) + (perExample == nil ? 0 : 2)
    }

    /// Every seed has gradients of its own, as every example may have; a trace repeats operands.
    var arrayBytes: Double {
        guard let run = rehearsed else { return 0 }
        let copies = Double(request.seeds?.count ?? 1) * (isTraced ? 3 : 1)
        let own =
            perExample == .gradients
            ? PerExample.gradientBytes(examples: run.examples, parameters: run.work.parameters) : 0
        return run.work.bytes * copies + own
    }

    func answer<S: WireScalar>(
        in _: S.Type, within limits: ServiceLimits, isCancelled: () -> Bool,
        to writer: inout JSONWriter
    ) throws(RequestError) {
        let problem: Problem<S> = try resolve(within: limits)
        try refuseInexactSum(problem)
        do throws(InvalidFields) {
            try perExample?.check(problem, against: limits)
        } catch {
            throw .invalidFields(error)
        }
        guard
            let pass = problem.network.forward(
                problem.inputs, problem.run, caches: problem.caches, unless: isCancelled)
        else { throw .cancelled }
        if let objective = problem.objective {
            try answer(objective, problem, pass, isCancelled, to: &writer)
        } else {
            try answerSeeds(problem, pass, isCancelled, to: &writer)
        }
    }

    /// The derivatives of a cost.
    private func answer<S: WireScalar>(
        _ objective: Objective<S>, _ problem: Problem<S>, _ pass: ForwardPass<S>,
        _ isCancelled: () -> Bool, to writer: inout JSONWriter
    ) throws(RequestError) {
        let network = problem.network
        let losses = network.losses(of: pass, objective)
        guard
            var gradients = network.backpropagate(
                pass, objective, toInputs: isTraced || include.contains(.inputGradient),
                unless: isCancelled)
        else { throw .cancelled }
        // Kept only where it is wanted: what is held twice is copied to be changed.
        let ofSum = perExample.map { _ in gradients }
        problem.options.convention.apply(
            to: &gradients, denominator: problem.denominator.value,
            penalties: problem.penalty?.gradients(of: network, examples: problem.examples))
        let cost = Cost(
            of: losses, denominator: problem.denominator.value, penalty: problem.penaltyCost)
        writer.write(cost, isPenalized: problem.penalty != nil)
        if include.contains(.losses) { writer.field("losses", shape: [losses.count], losses) }
        write(problem, pass, gradients, to: &writer)
        if let perExample, let ofSum {
            writer.write(perExample, of: problem, pass, ofSum, include: include)
        }
        writer.write(problem.meaning(), of: objective.loss.formula, include: include)
        if isTraced {
            let setting = problem.traceSetting
            writer.write(
                network.trace(pass, setting, losses: losses, cost: cost)
                    + network.trace(gradients, of: pass, setting))
        }
    }

    /// Vector-Jacobian products: the derivatives that follow from a dA of the outputs, of one in the
    /// answer itself, of several each in an element of `products`.
    private func answerSeeds<S: WireScalar>(
        _ problem: Problem<S>, _ pass: ForwardPass<S>, _ isCancelled: () -> Bool,
        to writer: inout JSONWriter
    ) throws(RequestError) {
        var products: [Gradients<S>] = []
        for seed in problem.seeds {
            if isCancelled() { throw .cancelled }
            var gradients = problem.network.backpropagate(
                pass, from: seed, toInputs: isTraced || include.contains(.inputGradient))
            problem.options.convention.apply(
                to: &gradients, denominator: Double(problem.examples), isSeeded: true)
            products.append(gradients)
        }
        if request.hasOneSeed {
            write(problem, pass, products[0], to: &writer)
        } else {
            writer.array("products") { writer in
                for gradients in products {
                    writer.object { write(problem, pass, gradients, to: &$0) }
                }
            }
        }
        writer.write(
            problem.meaning(), of: "the scalar of which dA was given",
            include: include)
        if isTraced { writer.write(trace(of: products, problem, pass)) }
    }

    /// The forward pass once, and a backward pass for each seed.
    private func trace<S: WireScalar>(
        of products: [Gradients<S>], _ problem: Problem<S>, _ pass: ForwardPass<S>
    ) -> [TraceStep<S>] {
        let setting = problem.traceSetting
        var steps = problem.network.trace(pass, setting)
        for (index, gradients) in products.enumerated() {
            var own = problem.network.trace(gradients, of: pass, setting)
            if !request.hasOneSeed {
                for step in own.indices { own[step].seed = index }
            }
            steps += own
        }
        return steps
    }

    private func write<S: WireScalar>(
        _ problem: Problem<S>, _ pass: ForwardPass<S>, _ gradients: Gradients<S>,
        to writer: inout JSONWriter
    ) {
        if include.contains(.outputs) {
            writer.field(
                "outputs", signal: pass.outputs, problem.network.outputShape, problem.layout)
        }
        writer.writeLayers(of: problem, pass: pass, gradients: gradients, include: include)
        if include.contains(.inputGradient), let dX = gradients.inputs {
            writer.field("dX", signal: dX, problem.network.inputShape, problem.layout)
        }
    }

    /// Sums over shards do not add up where a layer mixes the examples of one shard.
    private func refuseInexactSum<S: WireScalar>(
        _ problem: Problem<S>
    ) throws(RequestError) {
        guard problem.options.convention == .sum,
            let index = problem.network.layerThatMixesExamples(problem.run)
        else { return }
        throw .invalidFields(
            InvalidFields(
                FieldFault(
                    JSONPointer.root.appending("convention"),
                    "\"sum\" is for sums that add up over shards, and layer \(index), "
                        + "\(problem.wire[index].declaration.name), mixes the examples of a batch",
                    hint: "\"loss\" and \"cost\" are exact; so is \"mode\": \"inference\"")))
    }
}
