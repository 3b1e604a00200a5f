import NeuralNetwork

/// Where a backward pass has got to: the derivatives on their way.
struct BackwardChain: Sendable {
    /// What has come back to each layer, −1 for X, from the layers that take its output.
    fileprivate var contributions: [Int: [Matrix<Double>]] = [:]
    /// dA of the layer that the way has come to.
    fileprivate(set) var dA: Matrix<Double>?
    fileprivate(set) var dZ: Matrix<Double>?
    /// dZ of the last layer as the loss and the activation make it together, which is exact where
    /// dA is not.
    fileprivate var fused: Matrix<Double>?
}

/// The steps of the way back, each by its right rule or by what a mistake makes of it.
struct BackwardSteps: Sendable {
    let exercise: Exercise
    let convention: Convention

    /// What a step makes by the right rule, of a chain that has come to it.
    func right(_ step: Step, of chain: BackwardChain) -> [Matrix<Double>] {
        let layers = exercise.network.layers
        switch step {
        case .output:
            let factor = exercise.signalFactor(of: convention)
            let last = exercise.right.layers[exercise.last]
            return [last.output.scaled(by: factor), last.preActivation.scaled(by: factor)]
        case .activation(let layer):
            if let fused = chain.fused { return [fused] }
            return [layers[layer].pullBack(chain.arrivedDA, through: exercise.pass.layers[layer])]
        case .inputs(let layer):
            return layers[layer].layer.backward(
                chain.arrivedDZ, from: exercise.pass.layers[layer], layers[layer].numbers,
                exercise.pass.run, toInputs: true
            ).inputs
        case .parameter(let layer, let index):
            return [parameters(of: layer, from: chain)[index]]
        }
    }

    /// The derivatives of a layer's parameters with no factor and no penalty.
    func parameters(of layer: Int, from chain: BackwardChain) -> [Matrix<Double>] {
        let own = exercise.network.layers[layer]
        return own.layer.backward(
            chain.arrivedDZ, from: exercise.pass.layers[layer], own.numbers, exercise.pass.run,
            toInputs: false
        ).parameters
    }

    /// What a mistake makes of a step, as the convention has it.
    func variants(of mistake: Mistake, _ context: StepContext) -> [Variant] {
        let variants = mistake.variants(context)
        let factor = exercise.signalFactor(of: convention)
        guard context.step == .output, factor != 1 else { return variants }
        return variants.map { variant in
            var variant = variant
            variant.values = variant.values.map { $0?.scaled(by: factor) }
            return variant
        }
    }

    /// What a mistake can be made of at a step.
    func context(_ step: Step, of chain: BackwardChain) -> StepContext {
        let upstream: Matrix<Double>? =
            switch step {
            case .output: nil
            case .activation: chain.dA
            case .inputs, .parameter: chain.dZ
            }
        let sources =
            if case .inputs(let layer) = step { exercise.network.layers[layer].sources } else {
                [Int]()
            }
        return StepContext(
            exercise: exercise, step: step, upstream: upstream, outputGradient: chain.dA,
            right: right(step, of: chain), arrived: sources.map(chain.arrived),
            parameterFactor: exercise.parameterFactor(of: convention), convention: convention)
    }

    /// Takes a step that is on the way; `values` stand in place of what is right.
    func take(_ step: Step, _ chain: inout BackwardChain, values: [Matrix<Double>?]? = nil) {
        let right = right(step, of: chain)
        let made = right.indices.map { values?[$0] ?? right[$0] }
        switch step {
        case .output:
            chain.dA = made[0]
            chain.fused = made[1]
        case .activation:
            chain.dZ = made[0]
            chain.fused = nil
        case .inputs(let layer):
            for (source, gradient) in zip(exercise.network.layers[layer].sources, made) {
                chain.contributions[source, default: []].append(gradient)
            }
            enter(layer - 1, &chain)
        case .parameter: break
        }
    }

    /// Goes on to a layer: its dA is the sum of what came back to it.
    private func enter(_ layer: Int, _ chain: inout BackwardChain) {
        guard let sum = chain.arrived(at: layer) else { return }
        chain.contributions[layer] = nil
        chain.dA = sum
        chain.dZ = nil
    }
}

extension BackwardChain {
    /// dA, where the way has come to a layer.
    fileprivate var arrivedDA: Matrix<Double> {
        guard let dA else { preconditionFailure("the way has not come to a layer") }
        return dA
    }

    /// What has come back to a layer so far; nil where nothing has.
    fileprivate func arrived(at layer: Int) -> Matrix<Double>? {
        guard let parts = contributions[layer], var sum = parts.first else { return nil }
        for other in parts.dropFirst() { sum.add(other) }
        return sum
    }

    /// dZ, where the way has come through an activation.
    fileprivate var arrivedDZ: Matrix<Double> {
        guard let dZ else { preconditionFailure("the way has not come through an activation") }
        return dZ
    }

    /// Puts the caller's own derivative in the place of what was expected.
    mutating func replace(dA own: Matrix<Double>, isAsExpected: Bool) {
        dA = own
        if !isAsExpected { fused = nil }
    }

    mutating func replace(dZ own: Matrix<Double>) {
        dZ = own
        fused = nil
    }

    mutating func scale(by factor: Double) {
        dZ = dZ?.scaled(by: factor)
        dA = dA?.scaled(by: factor)
        fused = fused?.scaled(by: factor)
    }
}
