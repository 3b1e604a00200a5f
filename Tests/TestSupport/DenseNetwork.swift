import NeuralNetwork

// Chains of fully connected layers, as most tests of the engine have them.

/// A fully connected layer that takes what the one before it gives.
public func dense<S: Scalar>(
    weights: Matrix<S>, bias: Matrix<S>, activation: Activation
) -> NetworkLayer<S> {
    var settings = SettingValues(defaultsOf: Dense.declaration.settings)
    settings.set("units", to: [weights.rows])
    do {
        return NetworkLayer(
            try Dense(LayerPlan(settings, inputs: [[weights.columns]])), activation: activation,
            sources: [], numbers: LayerNumbers(parameters: [weights, bias]))
    } catch {
        preconditionFailure("any sizes make a dense layer: \(error)")
    }
}

extension Network {
    /// A chain of fully connected layers.
    public init(layers: [NetworkLayer<S>]) {
        self.init(
            layers: layers.enumerated().map { index, layer in
                NetworkLayer(
                    layer.layer, activation: layer.activation, sources: [index - 1],
                    numbers: layer.numbers)
            },
            inputShape: [layers[0].weights.columns])
    }

    public func losses(of pass: ForwardPass<S>, _ loss: Loss, targets: Matrix<S>) -> [S] {
        losses(of: pass, Objective(loss: loss, targets: targets))
    }

    public func backpropagate(
        _ pass: ForwardPass<S>, loss: Loss, targets: Matrix<S>, toInputs: Bool = false
    ) -> Gradients<S> {
        backpropagate(pass, Objective(loss: loss, targets: targets), toInputs: toInputs)
    }
}

extension NetworkLayer {
    public var weights: Matrix<S> {
        get { numbers.parameters[0] }
        set { numbers.parameters[0] = newValue }
    }
    public var bias: Matrix<S> {
        get { numbers.parameters[1] }
        set { numbers.parameters[1] = newValue }
    }
}

extension LayerGradients {
    public var weights: Matrix<S> {
        get { parameters[0] }
        set { parameters[0] = newValue }
    }
    public var bias: Matrix<S> {
        get { parameters[1] }
        set { parameters[1] = newValue }
    }
    public var weightsTerms: (data: Matrix<S>, penalty: Matrix<S>)? { terms[0] }
}

extension Convention {
    public func apply<S: Scalar>(
        to gradients: inout Gradients<S>, examples m: Int, penalties: [[Matrix<S>?]]? = nil
    ) {
        apply(to: &gradients, denominator: Double(m), penalties: penalties)
    }
}

extension Initializer {
    /// The weights of one fully connected layer.
    public func weights<S: Scalar>(
        outputs: Int, inputs: Int, from random: inout LegacyRandom
    ) -> Matrix<S> {
        let form = Dense.declaration.arrays[0]
        return weights(
            NumbersDeclaration(form, [outputs, inputs], fans: (Double(inputs), Double(outputs))),
            from: &random)
    }
}
