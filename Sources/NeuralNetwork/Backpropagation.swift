/// Every derivative of a backward pass. As `backpropagate` makes them they are those of the sum of
/// the losses, Σ Lᵢ; `Convention.apply` turns them into those of another convention.
public struct Gradients<S: Scalar>: Sendable {
    public var layers: [LayerGradients<S>]
    /// dX, shaped as X, where it was asked for.
    public var inputs: Matrix<S>?
}

/// The derivatives that belong to one layer.
public struct LayerGradients<S: Scalar>: Sendable {
    /// dW, db and so on, in the order of the layer's parameters.
    public var parameters: [Matrix<S>]
    /// The two terms of each parameter's derivative that has a penalty's in it; nil for the others.
    public private(set) var terms: [(data: Matrix<S>, penalty: Matrix<S>)?]
    /// dZ, shaped as the output.
    public var preActivation: Matrix<S>
    /// dA, shaped as the output.
    public var output: Matrix<S>

    init(parameters: [Matrix<S>], preActivation: Matrix<S>, output: Matrix<S>) {
        self.parameters = parameters
        terms = parameters.map { _ in nil }
        self.preActivation = preActivation
        self.output = output
    }

    /// Notes the penalty's own derivative, and adds it to the parameter's if the scalar has the
    /// penalty in it.
    mutating func add(penalty: Matrix<S>, to index: Int, isPartOfScalar: Bool) {
        terms[index] = (parameters[index], penalty)
        if isPartOfScalar { parameters[index].add(penalty) }
    }
}

extension Network {
    /// The backward pass: the derivatives of Σ Lᵢ, with no 1/m anywhere.
    ///
    /// dX costs a product, so it is made on request.
    @specialized(where S == Double)
    @specialized(where S == Float)
    public func backpropagate(
        _ pass: ForwardPass<S>, _ objective: Objective<S>, toInputs: Bool = false
    ) -> Gradients<S> {
        backpropagate(pass, objective, toInputs: toInputs, unless: { false })!
    }

    /// The backward pass, unless it is cancelled, which is asked before each layer; nil then.
    @specialized(where S == Double)
    @specialized(where S == Float)
    public func backpropagate(
        _ pass: ForwardPass<S>, _ objective: Objective<S>, toInputs: Bool = false,
        unless isCancelled: () -> Bool
    ) -> Gradients<S>? {
        let (dA, dZ) = outputGradients(of: pass, objective)
        return backpropagate(
            pass, outputGradient: dA, preActivationGradient: dZ, toInputs, unless: isCancelled)
    }

    /// The backward pass from a derivative that the caller gives: dA of the last layer.
    @specialized(where S == Double)
    @specialized(where S == Float)
    public func backpropagate(
        _ pass: ForwardPass<S>, from outputGradient: Matrix<S>, toInputs: Bool = false
    ) -> Gradients<S> {
        let last = layers.count - 1
        return backpropagate(
            pass, outputGradient: outputGradient,
            preActivationGradient: layers[last].pullBack(
                outputGradient, through: pass.layers[last]),
            toInputs, unless: { false })!
    }

    /// Goes back through the layers; the derivatives of what several layers take add up.
    private func backpropagate(
        _ pass: ForwardPass<S>, outputGradient: Matrix<S>, preActivationGradient: Matrix<S>,
        _ toInputs: Bool, unless isCancelled: () -> Bool
    ) -> Gradients<S>? {
        let (last, run) = (layers.count - 1, pass.run)
        var dA: [Matrix<S>?] = layers.map { _ in nil }
        var dX: Matrix<S>?
        dA[last] = outputGradient
        var backwards: [LayerGradients<S>] = []
        backwards.reserveCapacity(layers.count)
        for index in layers.indices.reversed() {
            if isCancelled() { return nil }
            guard let own = dA[index] else {
                preconditionFailure("layer \(index) leads to no output")
            }
            let dZ =
                index == last
                ? preActivationGradient : layers[index].pullBack(own, through: pass.layers[index])
            let derivatives = layers[index].layer.backward(
                dZ, from: pass.layers[index], layers[index].numbers, run,
                toInputs: toInputs || layers[index].sources.contains { $0 >= 0 })
            backwards.append(
                LayerGradients(
                    parameters: derivatives.parameters, preActivation: dZ, output: own))
            for (source, gradient) in zip(layers[index].sources, derivatives.inputs) {
                if source < 0 {
                    if toInputs { dX.accumulate(gradient) }
                } else {
                    dA[source].accumulate(gradient)
                }
            }
        }
        return Gradients(layers: backwards.reversed(), inputs: dX)
    }
}

extension Optional {
    /// Adds a matrix to the one there is, or becomes it.
    fileprivate mutating func accumulate<S>(_ addend: Matrix<S>) where Wrapped == Matrix<S> {
        if self == nil { self = addend } else { self!.add(addend) }
    }
}
