import JSON
import NeuralNetwork

// What a request holds the network's outputs against, and by what the sum of the losses is divided.

extension NetworkRequest {
    /// The objective, and what each example weighs, nil for 1 each.
    func makeObjective<S: WireScalar>(
        _ network: Network<S>
    ) throws(InvalidFields) -> (Objective<S>?, shares: [Double]?) {
        guard let targets, let loss = loss?.value else { return (nil, nil) }
        try checkLogits(of: loss)
        let matrix: Matrix<S> = try TargetCheck(
            targets: targets, loss: loss, layout: options.layout, outputShape: network.outputShape
        ).matrix()
        guard sampleWeight != nil || classWeight != nil else {
            return (Objective(loss: loss, targets: matrix), nil)
        }
        let each = positions(network)
        let m = matrix.rows / each
        let weights = try rowWeights(matrix, positions: each)
        let shares = (0..<m).map { i in
            (i * each..<(i + 1) * each).reduce(0) { $0 + weights[$1] } / Double(each)
        }
        return (Objective(loss: loss, targets: matrix, weights: weights.map { S($0) }), shares)
    }

    private func positions<S>(_ network: Network<S>) -> Int {
        network.outputShape.dropLast().reduce(1, *)
    }

    /// The weight of each row of the targets: its own or its example's, times that of its class.
    private func rowWeights<S: WireScalar>(
        _ targets: Matrix<S>, positions: Int
    ) throws(InvalidFields) -> [Double] {
        var samples = sampleWeight?.elements
        if let sampleWeight, positions > 1, sampleWeight.count == targets.rows {
            let ofPositions: Matrix<Double> = try sampleWeight.signal(options.layout)
            samples = ofPositions.elements
        }
        let each = samples?.count == targets.rows ? 1 : positions
        return (0..<targets.rows).map { row in
            var weight = samples?[row / each] ?? 1
            if let classWeight, targets.columns == 1 {
                let y = Double(targets[row, 0])
                weight *= classWeight.elements[1] * y + classWeight.elements[0] * (1 - y)
            } else if let classWeight {
                weight *= (0..<targets.columns).reduce(0) { sum, k in
                    sum + classWeight.elements[k] * Double(targets[row, k])
                }
            }
            return weight
        }
    }

    /// What the sum of the losses is divided by.
    func denominator(
        _ shares: [Double]?, examples m: Int
    ) throws(InvalidFields) -> Denominator {
        guard denominator == .weights else { return .examples(m) }
        let pointer = JSONPointer.root.appending("denominator")
        guard let shares else {
            throw InvalidFields(
                FieldFault(
                    pointer,
                    "\"weights\" goes with \"sample_weight\" or \"class_weight\" in the batch"))
        }
        let sum = shares.reduce(0, +)
        guard sum > 0, sum.isFinite else {
            throw InvalidFields(
                FieldFault(pointer, "the weights add up to \(sum), by which nothing can be divided")
            )
        }
        return Denominator(sum, .weights)
    }

    /// Refuses a loss that cannot be taken of what the last layer gives.
    private func checkLogits(of loss: Loss) throws(InvalidFields) {
        let last = layers[layers.count - 1]
        let (activation, pointer) = (
            last.activation.value, last.pointer.appending("activation")
        )
        if loss.fromLogits, !loss.acceptsLogits(after: activation) {
            throw InvalidFields(
                FieldFault(
                    pointer,
                    "the loss is told from_logits, which takes the Z of a linear last layer, and "
                        + "the last layer is \(last.activation.choice.name)",
                    hint: "leave from_logits out: after sigmoid or softmax the loss is computed "
                        + "from Z anyway"))
        }
        if activation == .logSoftmax, !loss.fromLogits, loss.takesLogarithm {
            throw InvalidFields(
                FieldFault(
                    pointer,
                    "the last layer gives logarithms of probabilities, and the loss takes the "
                        + "logarithm itself",
                    hint: "end with softmax, or tell the loss from_logits"))
        }
    }
}
