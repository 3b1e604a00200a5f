import NeuralNetwork

/// Backpropagation with one mistake made on purpose, at every step where there is room for it.
public struct FaultyBackpropagation: Sendable {
    public let fault: Fault
    /// How far W has moved already, where the mistake is to go back through it.
    private let learningRate: Double
    /// The number of all examples, of which a batch has some.
    private let datasetSize: Double

    public init(_ fault: Fault, learningRate: Double, datasetSize: Double) {
        self.fault = fault
        self.learningRate = learningRate
        self.datasetSize = datasetSize
    }

    /// What one backward pass with the mistake comes to.
    public struct Result: Sendable {
        /// Those of Σ Lᵢ but for the mistake: no convention has been applied.
        public var gradients: Gradients<Double>
        /// ∂R/∂W of each layer's parameters but for the mistake, where there is a penalty.
        public var penalties: [[Matrix<Double>?]]?
        /// The derivatives that the mistake was made in, from the output back: `dW2`, `db2`, `dW1`.
        public var places: [String] = []
        /// What the mistake is, of the first of them.
        public var sentence = ""
    }

    /// The backward pass of one step of a training; nil where it is cancelled, which is asked before
    /// each layer.
    public func run(
        _ network: Network<Double>, _ pass: ForwardPass<Double>, _ objective: Objective<Double>,
        denominator: Denominator, penalty: Penalty?, unless isCancelled: () -> Bool
    ) -> Result? {
        let exercise = Exercise(
            unjudged: network, pass, objective, denominator: denominator, penalty: penalty)
        var way = FaultyWay(
            steps: BackwardSteps(exercise: exercise, convention: .loss), fault: fault,
            learningRate: learningRate, datasetSize: datasetSize,
            made: Result(gradients: exercise.right, penalties: exercise.penalties))
        return way.go(unless: isCancelled) ? way.made : nil
    }
}

/// The way back with a mistake in it, as far as it has gone.
private struct FaultyWay {
    let steps: BackwardSteps
    let fault: Fault
    let learningRate: Double
    let datasetSize: Double
    var made: FaultyBackpropagation.Result
    var chain = BackwardChain()

    private var exercise: Exercise { steps.exercise }

    /// Goes it to its end, unless it is cancelled; whether it has.
    mutating func go(unless isCancelled: () -> Bool) -> Bool {
        take(.output)
        for layer in exercise.network.layers.indices.reversed() {
            if isCancelled() { return false }
            take(.activation(layer))
            made.gradients.layers[layer].output = chain.dA!
            made.gradients.layers[layer].preActivation = chain.dZ!
            for index in made.gradients.layers[layer].parameters.indices {
                makeParameter(index, of: layer)
            }
            if layer > 0 { take(.inputs(layer)) }
        }
        return true
    }

    private mutating func take(_ step: Step) {
        steps.take(step, &chain, values: values(at: step))
    }

    private mutating func makeParameter(_ index: Int, of layer: Int) {
        let step = Step.parameter(layer, index)
        let own = values(at: step)?[0] ?? steps.right(step, of: chain)[0]
        made.gradients.layers[layer].parameters[index] = own
        changePenalty(index, of: layer)
    }

    /// What the mistake makes of a step; nil where it is none of this one.
    private mutating func values(at step: Step) -> [Matrix<Double>?]? {
        switch fault.making {
        case .rules(let mistakes):
            guard isOnTheWay(step), let mistake = mistakes.first(where: { $0.place == step.place })
            else { return nil }
            let context = steps.context(step, of: chain)
            guard var variant = steps.variants(of: mistake, context).first else { return nil }
            if let direction = variant.direction {
                variant.values = zip(variant.values, direction).map { value, direction in
                    value?.adding(direction.scaled(by: learningRate))
                }
            }
            guard variant.changes(context.right) else { return nil }
            let number = variant.direction == nil ? nil : learningRate
            note(mistake, step, detail: variant.detail, number: number)
            return variant.values
        case .factor(let mistake, let place):
            guard isOnTheWay(step), place.takes(step, of: exercise.network),
                let factor = factor(mistake, at: step)
            else { return nil }
            note(mistake, step, number: factor)
            return steps.right(step, of: chain).map { $0.scaled(by: factor) }
        case .penalty, .penaltyOnBias: return nil
        }
    }

    /// Whether the derivative of some parameter depends on a step.
    private func isOnTheWay(_ step: Step) -> Bool {
        guard case .inputs(let layer) = step else { return true }
        return exercise.network.layers[layer].sources.contains { $0 >= 0 }
    }

    private func factor(_ mistake: Mistake, at step: Step) -> Double? {
        if mistake.name == Mistake.datasetSize.name {
            let m = exercise.denominator.value
            return m < datasetSize ? m / datasetSize : nil
        }
        // Of several axes that m can be taken from, the shortest.
        return exercise.factors(at: step).filter { $0.mistake.name == mistake.name }
            .map(\.value).max()
    }

    private mutating func changePenalty(_ index: Int, of layer: Int) {
        guard let penalty = exercise.penalty else { return }
        let step = Step.parameter(layer, index)
        switch fault.making {
        case .penalty(let mistake, let factor):
            guard let term = made.penalties?[layer][index],
                let factor = factor(penalty, Double(exercise.examples))
            else { return }
            note(mistake, step, number: factor)
            made.penalties?[layer][index] = term.mapped { factor == 0 ? 0 : factor * $0 }
        case .penaltyOnBias:
            let layers = exercise.network.layers
            guard layers[layer].layer.parameters[index].form.role == .bias else { return }
            note(.penaltyOnBias, step)
            let (l1, l2) = (penalty.l1, penalty.l2)
            let unit = penalty.factor(of: exercise.examples) * exercise.denominator.value
            let term = layers[layer].numbers.parameters[index].mapped { b in
                unit * (2 * l2 * b + (b > 0 ? l1 : b < 0 ? -l1 : 0))
            }
            // It is no term that an answer would show apart, and is divided with the sum.
            made.gradients.layers[layer].parameters[index].add(term)
        case .rules, .factor: return
        }
    }

    private mutating func note(
        _ mistake: Mistake, _ step: Step, detail: String = "", number: Double? = nil
    ) {
        let telling = Telling(
            exercise: exercise, step: step, convention: .loss, detail: detail, number: number,
            shown: GradientID(step.layer ?? exercise.last, .preActivation))
        if made.places.isEmpty { made.sentence = mistake.sentence(telling) }
        made.places.append(telling.made)
    }
}

extension Fault.FactorPlace {
    fileprivate func takes(_ step: Step, of network: Network<Double>) -> Bool {
        switch (self, step) {
        case (.output, .output), (.parameter, .parameter): true
        case (.inputs, .inputs(let layer)): !network.layers[layer].layer.parameters.isEmpty
        case (.dropout, .inputs(let layer)): network.layers[layer].layer is Dropout
        default: false
        }
    }
}

extension Variant {
    /// Whether some number is another than the right one, by more than rounding.
    fileprivate func changes(_ right: [Matrix<Double>]) -> Bool {
        zip(values, right).contains { value, right in
            // Rounding is a few ε, 2e-16, of the largest number.
            guard let value, value.hasShape(of: right) else { return value != nil }
            return !(value.zipped(with: right, -).peak <= 1e-13 * right.peak)
        }
    }
}
