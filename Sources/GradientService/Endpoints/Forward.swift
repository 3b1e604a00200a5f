import JSON
import NeuralNetwork

/// `/forward`: runs the network; where Y is given, the losses and the cost too; along tangents, the
/// Jacobian-vector product.
struct Forward: Computation {
    static let name = "forward"
    static let arrays: (all: [ArrayName], byDefault: [ArrayName]) = (
        [.outputs, .losses, .preActivation, .activation] + ArrayName.parameters + ArrayName.masks,
        [.outputs, .losses]
    )

    let request: NetworkRequest
    private let include: [ArrayName]

    init(json: JSONCursor) throws(InvalidFields) {
        (request, include) = try NetworkRequest.read(from: json, for: .forward) { reader, _ in
            Self.readInclude(&reader)
        }
    }

    var isTiny: Bool { request.isTiny(passes: passes) }

    var passes: Double { request.tangents == nil ? 1 : 3 }

    func answer<S: WireScalar>(
        in _: S.Type, within limits: ServiceLimits, isCancelled: () -> Bool,
        to writer: inout JSONWriter
    ) throws(RequestError) {
        let problem: Problem<S> = try resolve(within: limits)
        let network = problem.network
        let pass = network.forward(problem.inputs, problem.run, caches: problem.caches)
        if let objective = problem.objective {
            let losses = network.losses(of: pass, objective)
            let cost = Cost(
                of: losses, denominator: problem.denominator.value,
                penalty: problem.penaltyCost)
            writer.write(cost, isPenalized: problem.penalty != nil)
            if include.contains(.losses) {
                writer.field("losses", shape: [losses.count], losses)
            }
        }
        if include.contains(.outputs) {
            writer.field("outputs", signal: pass.outputs, network.outputShape, problem.layout)
        }
        if let tangents = problem.tangents {
            if isCancelled() { throw .cancelled }
            writer.field(
                "tangent", signal: network.pushForward(tangents, through: pass),
                network.outputShape, problem.layout)
        }
        writer.writeLayers(of: problem, pass: pass, gradients: nil, include: include)
    }
}
