import JSON
import NeuralNetwork

/// A request that is valid in all its parts: a network, a batch and a loss that fit one another.
struct Problem<S: WireScalar> {
    let network: Network<S>
    /// The activations as they were chosen, for an answer that repeats them.
    let activations: [Chosen<Activation>]
    /// Which layers had their parameters drawn.
    let isDrawn: [Bool]
    let inputs: Matrix<S>
    /// `[m, outputs]`, with a loss, where Y was given.
    let objective: Objective<S>?
    let penalty: Penalty?
    let options: RequestOptions

    var layout: Layout { options.layout }
    var examples: Int { inputs.rows }
}

/// What a network's outputs are held against.
struct Objective<S: WireScalar> {
    let loss: Loss
    let targets: Matrix<S>
}

extension NetworkRequest {
    /// Holds the parts against one another and against the limits, and makes the network.
    ///
    /// `passes` is how often a forward pass's work is done in all, `fieldOfPasses` what sets it.
    func resolve<S: WireScalar>(
        within limits: ServiceLimits, passes: Double
    ) throws(InvalidFields) -> Problem<S> {
        let shapes = try checkedShapes()
        try WorkEstimate(shapes.layers, examples: shapes.examples, passes: passes)
            .check(against: limits)
        let network: Network<S> = try makeNetwork(shapes.layers)
        var objective: Objective<S>?
        if let targets, let loss = loss?.value {
            try checkLogits(of: loss)
            objective = Objective(
                loss: loss,
                targets: try TargetCheck(
                    targets: targets, loss: loss, layout: options.layout,
                    outputs: network.outputs
                ).matrix())
        }
        return Problem(
            network: network, activations: layers.map(\.activation),
            isDrawn: layers.map {
                if case .drawn = $0.parameters { true } else { false }
            },
            inputs: try inputs.matrix(transposed: options.layout.examplesAreColumns),
            objective: objective, penalty: penalty, options: options)
    }

    private func checkedShapes() throws(InvalidFields) -> (
        layers: [(inputs: Int, outputs: Int)], examples: Int
    ) {
        let check = ShapeCheck(self, as: options.layout)
        if check.faults.isEmpty, let examples = check.examples { return (check.layers, examples) }
        let other = Layout.allCases.first { ShapeCheck(self, as: $0).faults.isEmpty }
        guard let other, let fault = check.faults.first else { throw InvalidFields(check.faults) }
        // One mistake, told once: what follows from it would only hide it.
        throw InvalidFields(
            FieldFault(
                fault.pointer, fault.detail,
                hint: "all arrays of the request fit \"layout\": \(other.rawValue.quoted)"))
    }

    private func makeNetwork<S: WireScalar>(
        _ shapes: [(inputs: Int, outputs: Int)]
    ) throws(InvalidFields) -> Network<S> {
        var random = LegacyRandom(seed: seed ?? 0)
        var made: [Dense<S>] = []
        for (layer, shape) in zip(layers, shapes) {
            let weights: Matrix<S>
            let bias: Matrix<S>
            switch layer.parameters {
            case .given(let w, let b):
                weights = try w.matrix(transposed: options.layout.weightsAreTransposed)
                bias = try b.row()
            case .drawn(_, let own, let seed):
                if let seed { random = LegacyRandom(seed: seed) }
                let initializer = (own ?? initializer)?.value ?? .glorotUniform
                weights = initializer.weights(
                    outputs: shape.outputs, inputs: shape.inputs, from: &random)
                bias = Matrix(rows: 1, columns: shape.outputs, repeating: 0)
            }
            made.append(Dense(weights: weights, bias: bias, activation: layer.activation.value))
        }
        return Network(layers: made)
    }

    private func checkLogits(of loss: Loss) throws(InvalidFields) {
        let last = layers[layers.count - 1]
        guard loss.fromLogits, last.activation.value != .linear else { return }
        throw InvalidFields(
            FieldFault(
                last.pointer.appending("activation"),
                "the loss is told from_logits, which takes the Z of a linear last layer, and the "
                    + "last layer is \(last.activation.choice.name)",
                hint: "leave from_logits out: after sigmoid or softmax the loss is computed from "
                    + "Z anyway"))
    }
}
