import JSON
import NeuralNetwork

/// `/forward`: runs the network; where Y is given, the losses and the cost too.
struct Forward: Computation {
    static let name = "forward"
    static let arrays: (all: [ArrayName], byDefault: [ArrayName]) = (
        [.outputs, .losses, .preActivation, .activation, .weights, .bias], [.outputs, .losses]
    )

    let request: NetworkRequest
    private let include: Set<ArrayName>

    init(json: JSONCursor) throws(InvalidFields) {
        (request, include) = try NetworkRequest.read(from: json, targets: .optional) {
            reader, _ in Self.readInclude(&reader)
        }
    }

    func answer<S: WireScalar>(
        in _: S.Type, within limits: ServiceLimits, isCancelled: () -> Bool,
        to writer: inout JSONWriter
    ) throws(RequestError) {
        let problem: Problem<S> = try resolve(within: limits, passes: 1)
        let pass = problem.network.forward(problem.inputs)
        if let objective = problem.objective {
            let losses = problem.network.losses(
                of: pass, objective.loss, targets: objective.targets)
            let cost = Cost(
                of: losses,
                penalty: problem.penalty?
                    .cost(of: problem.network, examples: problem.examples) ?? 0)
            writer.write(cost, isPenalized: problem.penalty != nil)
            if include.contains(.losses) {
                writer.field("losses", shape: [losses.count], losses)
            }
        }
        if include.contains(.outputs) {
            writer.field("outputs", signal: pass.outputs, problem.layout)
        }
        writer.writeLayers(
            of: problem, pass: pass, gradients: nil, include: include)
    }
}
