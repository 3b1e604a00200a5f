import NeuralNetwork

/// Where a training came upon a number that is not finite, and could not go on.
public struct Divergence: Sendable, Equatable {
    /// From 0.
    public let epoch: Int
    /// The steps that were taken before.
    public let step: Int
    /// The first array of the step that has such a number, in the order in which a step makes them:
    /// `layers[1].Z`, `losses`, `layers[0].dW`.
    public let tensor: String
    /// Whether it has a NaN; an infinity otherwise.
    public let isNaN: Bool

    /// The step in which it was found, looked through from its beginning.
    init<S: Scalar>(in step: TrainingStep<S>, of network: Network<S>, epoch: Int, number: Int) {
        let found = step.firstNonFinite(network)
        self.init(
            epoch: epoch, step: number, tensor: found?.name ?? "cost",
            isNaN: found?.isNaN ?? step.cost.total.isNaN)
    }

    /// A step that moved a parameter of the network beyond what can be written.
    init<S: Scalar>(after network: Network<S>, epoch: Int, number: Int) {
        let found = network.firstNonFiniteParameter
        self.init(
            epoch: epoch, step: number, tensor: found?.name ?? "parameters",
            isNaN: found?.isNaN ?? false)
    }

    private init(epoch: Int, step: Int, tensor: String, isNaN: Bool) {
        self.epoch = epoch
        self.step = step
        self.tensor = tensor
        self.isNaN = isNaN
    }
}

extension TrainingStep {
    /// Whether all that is kept of the forward pass is finite: running statistics.
    var hasFiniteStates: Bool {
        pass.layers.indices.allSatisfy { pass.layers[$0].states.allSatisfy(\.isFinite) }
    }

    /// Forward from the first layer, then the losses, then back from the last layer.
    fileprivate func firstNonFinite(_ network: Network<S>) -> (name: String, isNaN: Bool)? {
        for (index, layer) in pass.layers.enumerated() {
            if let isNaN = layer.preActivation.nonFinite { return ("layers[\(index)].Z", isNaN) }
            if let isNaN = layer.activation.nonFinite { return ("layers[\(index)].A", isNaN) }
            for (state, declared) in zip(layer.states, network.layers[index].layer.states) {
                guard let isNaN = state.nonFinite else { continue }
                return ("layers[\(index)].\(declared.form.name)", isNaN)
            }
        }
        if let bad = losses.first(where: { !$0.isFinite }) { return ("losses", bad.isNaN) }
        if !cost.total.isFinite { return ("cost", cost.total.isNaN) }
        for (index, layer) in gradients.layers.enumerated().reversed() {
            if let isNaN = layer.output.nonFinite { return ("layers[\(index)].dA", isNaN) }
            if let isNaN = layer.preActivation.nonFinite { return ("layers[\(index)].dZ", isNaN) }
            for (gradient, declared) in zip(
                layer.parameters, network.layers[index].layer.parameters)
            {
                guard let isNaN = gradient.nonFinite else { continue }
                return ("layers[\(index)].d\(declared.form.name)", isNaN)
            }
        }
        return nil
    }
}

extension Network {
    /// The first parameter with a number that is not finite: `layers[1].W`.
    fileprivate var firstNonFiniteParameter: (name: String, isNaN: Bool)? {
        for (index, layer) in layers.enumerated() {
            for (parameter, declared) in zip(layer.numbers.parameters, layer.layer.parameters) {
                guard let isNaN = parameter.nonFinite else { continue }
                return ("layers[\(index)].\(declared.form.name)", isNaN)
            }
        }
        return nil
    }
}

extension Matrix {
    /// Whether the first number that is not finite is a NaN; nil where all are finite.
    var nonFinite: Bool? {
        isFinite ? nil : elements.first { !$0.isFinite }?.isNaN
    }

    var isFinite: Bool {
        var look = QuickLook()
        look.add(self)
        return look.isFinite
    }
}
