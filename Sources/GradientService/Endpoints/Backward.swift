import JSON
import NeuralNetwork

/// `/backward`: every layer's gradients, and what each of them is.
struct Backward: Computation {
    static let name = "backward"
    static let arrays: (all: [ArrayName], byDefault: [ArrayName]) = (
        [
            .weightsGradient, .biasGradient, .preActivationGradient, .outputGradient,
            .inputGradient, .preActivation, .activation, .weights, .bias, .losses, .outputs,
        ], [.weightsGradient, .biasGradient, .preActivationGradient, .outputGradient]
    )

    let request: NetworkRequest
    private let include: Set<ArrayName>

    init(json: JSONCursor) throws(InvalidFields) {
        (request, include) = try NetworkRequest.read(from: json, targets: .required) {
            reader, _ in Self.readInclude(&reader)
        }
    }

    func answer<S: WireScalar>(
        in _: S.Type, within limits: ServiceLimits, isCancelled: () -> Bool,
        to writer: inout JSONWriter
    ) throws(RequestError) {
        let problem: Problem<S> = try resolve(within: limits, passes: 3)
        guard let objective = problem.objective else {
            preconditionFailure("the decoder requires Y and a loss")
        }
        let (network, m) = (problem.network, problem.examples)
        let pass = network.forward(problem.inputs)
        if isCancelled() { throw .cancelled }  // Two thirds of the work are still to come.
        let losses = network.losses(of: pass, objective.loss, targets: objective.targets)
        var gradients = network.backpropagate(
            pass, loss: objective.loss, targets: objective.targets,
            toInputs: include.contains(.inputGradient))
        let meaning = problem.options.convention.apply(
            to: &gradients, examples: m,
            penalties: problem.penalty?.gradients(of: network, examples: m),
            layout: problem.layout)

        let cost = Cost(of: losses, penalty: problem.penalty?.cost(of: network, examples: m) ?? 0)
        writer.write(cost, isPenalized: problem.penalty != nil)
        if include.contains(.losses) { writer.field("losses", shape: [m], losses) }
        if include.contains(.outputs) {
            writer.field("outputs", signal: pass.outputs, problem.layout)
        }
        writer.writeLayers(of: problem, pass: pass, gradients: gradients, include: include)
        if let dX = gradients.inputs { writer.field("dX", signal: dX, problem.layout) }
        writer.write(meaning, of: objective.loss, include: include)
    }
}
