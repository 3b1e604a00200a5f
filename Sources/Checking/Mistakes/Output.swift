import NeuralNetwork

// Mistakes in the derivative of the loss.

extension Mistake {
    static let anotherLoss = Mistake("another_loss", at: .output) { told in
        "\(told.made) is the derivative of another loss, \(told.detail). "
            + "Take the derivative of the loss that the request names."
    } variants: { context in
        let exercise = context.exercise
        let others: [Loss] = [
            .meanSquaredError, .halfSquaredError, .binaryCrossentropy(),
            .categoricalCrossentropy(), .meanAbsoluteError,
        ]
        return others.filter { $0 != exercise.objective.loss }.compactMap { other in
            let own = exercise.objective
            let made = exercise.network.outputGradients(
                of: exercise.pass,
                Objective(loss: other, targets: own.targets, weights: own.weights))
            guard made.dZ.isFinite else { return nil }
            return Variant(values: [made.dA, made.dZ], detail: other.name)
        }
    }

    static let differenceForDZ = Mistake("A_minus_Y", at: .activation) { told in
        "\(told.made) is A − Y, which holds for sigmoid with binary cross-entropy and for softmax "
            + "with categorical cross-entropy alone. Here multiply \(told.dA) by the derivative of "
            + "\(told.activation)."
    } variants: { context in
        let exercise = context.exercise
        let a = exercise.pass.outputs
        let y = exercise.objective.targets.split(rows: a.rows)
        guard context.layer == exercise.last, y.hasShape(of: a) else { return [] }
        let difference = a.zipped(with: y, -)
        let plain = exercise.network.outputGradients(
            of: exercise.pass,
            Objective(loss: exercise.objective.loss, targets: exercise.objective.targets)
        ).dZ
        // Where it is right, it is no mistake.
        guard Comparison(plain, difference).residual > 1e-9 else { return [] }
        let factor = exercise.signalFactor(of: context.convention)
        guard let weights = exercise.objective.weights, weights.count == a.rows else {
            return [Variant(values: [difference.scaled(by: factor)])]
        }
        let weighted = Matrix(
            rows: a.rows, columns: a.columns,
            elements: difference.elements.indices.map {
                difference.elements[$0] * weights[$0 / a.columns] * factor
            })
        return [
            Variant(values: [weighted]), Variant(values: [difference.scaled(by: factor)]),
        ]
    }

    static let sampleWeightForgotten = Mistake("sample_weight_forgotten", at: .output) { told in
        "\(told.made) leaves the weights of the examples out. "
            + "Multiply each example's derivative by its weight."
    } variants: { context in
        let exercise = context.exercise
        guard exercise.objective.weights != nil else { return [] }
        let made = exercise.network.outputGradients(
            of: exercise.pass,
            Objective(loss: exercise.objective.loss, targets: exercise.objective.targets))
        return [Variant(values: [made.dA, made.dZ])]
    }

    static let binaryCrossentropyInnerSign = Mistake(
        "binary_crossentropy_inner_sign", at: .output
    ) { told in
        "The second term of \(told.dA) has the wrong sign. "
            + "dA is −Y/A + (1 − Y)/(1 − A)."
    } variants: { context in
        context.binaryCrossentropy { a, y in -y / a - (1 - y) / (1 - a) }
    }

    static let binaryCrossentropyTermMissing = Mistake(
        "binary_crossentropy_term_missing", at: .output
    ) { told in
        "\(told.dA) is −Y/A alone: the term of the examples with Y = 0 is missing. "
            + "dA is −Y/A + (1 − Y)/(1 − A)."
    } variants: { context in
        context.binaryCrossentropy { a, y in -y / a }
    }
}

extension StepContext {
    /// dA and dZ from another derivative of binary cross-entropy.
    fileprivate func binaryCrossentropy(_ slope: (Double, Double) -> Double) -> [Variant] {
        guard case .binaryCrossentropy(false, _, labelSmoothing: 0) = exercise.objective.loss
        else { return [] }
        let a = exercise.pass.outputs
        let y = exercise.objective.targets.split(rows: a.rows)
        // The loss's own factors, of outputs and weights, by what they make of the right one.
        let plain = a.zipped(with: y) { -$1 / $0 + (1 - $1) / (1 - $0) }
        let factors = exercise.right.layers[exercise.last].output.zipped(with: plain) {
            $1 == 0 ? 1 : $0 / $1
        }
        let dA = a.zipped(with: y, slope).zipped(with: factors, *)
        guard dA.isFinite else { return [] }
        let pass = exercise.pass.layers[exercise.last]
        return [
            Variant(values: [
                dA, exercise.network.layers[exercise.last].pullBack(dA, through: pass),
            ])
        ]
    }
}

extension Matrix<Double> {
    var isFinite: Bool { elements.allSatisfy(\.isFinite) }
}

extension Loss {
    /// Its name on the wire.
    var name: String {
        switch self {
        case .meanSquaredError: "mean_squared_error"
        case .halfSquaredError: "half_squared_error"
        case .meanAbsoluteError: "mean_absolute_error"
        case .binaryCrossentropy: "binary_crossentropy"
        case .categoricalCrossentropy: "categorical_crossentropy"
        default: "another loss"
        }
    }
}
