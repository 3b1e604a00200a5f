/// Every derivative of a backward pass. As `backpropagate` makes them they are those of the sum of
/// the losses, Σ Lᵢ; `Convention.apply` turns them into those of another convention.
public struct Gradients<S: Scalar>: Sendable {
    public var layers: [LayerGradients<S>]
    /// dX, shaped as X, where it was asked for.
    public var inputs: Matrix<S>?
    /// Where a layer puts its derivatives before they come to their places.
    fileprivate var derivatives = LayerDerivatives<S>()

    init(layers: [LayerGradients<S>], inputs: Matrix<S>? = nil) {
        self.layers = layers
        self.inputs = inputs
    }

    /// Gradients that are to be made, in whose place `Network.backpropagate` puts them.
    public init() { self.init(layers: []) }
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
    /// Whether a layer that takes the output has put its own share into dA.
    fileprivate var isReached = false

    init(
        parameters: [Matrix<S>] = [], preActivation: Matrix<S> = .empty,
        output: Matrix<S> = .empty
    ) {
        self.parameters = parameters
        terms = parameters.map { _ in nil }
        self.preActivation = preActivation
        self.output = output
    }

    /// Forgets that it was reached, and the penalty's derivatives.
    fileprivate mutating func begin() {
        isReached = false
        for index in terms.indices where terms[index] != nil { terms[index] = nil }
    }

    /// Lends the memory of losses, dA and dZ, or takes it back.
    fileprivate mutating func exchange(_ losses: inout [S], with terms: inout LossTerms<S>) {
        swap(&losses, &terms.losses)
        swap(&output, &terms.dA)
        swap(&preActivation, &terms.dZ)
    }

    /// Takes derivatives of the parameters in the place of those that it lent.
    fileprivate mutating func takeParameters(_ derivatives: inout LayerDerivatives<S>) {
        swap(&derivatives.parameters, &parameters)
        if terms.count != parameters.count { terms = parameters.map { _ in nil } }
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
        var gradients = Gradients<S>()
        let isDone = backpropagate(pass, into: &gradients, toInputs, unless: isCancelled) {
            ($0.output, $0.preActivation) = outputGradients(of: pass, objective)
        }
        return isDone ? gradients.settled : nil
    }

    /// The backward pass, with every example's loss, in the memory of a pass of this network before,
    /// where the batch has the same shape and nobody else holds it; whether it was not cancelled, after
    /// which the gradients are of no use.
    @specialized(where S == Double)
    @specialized(where S == Float)
    public func backpropagate(
        _ pass: ForwardPass<S>, _ objective: Objective<S>, losses: inout [S],
        into gradients: inout Gradients<S>, unless isCancelled: () -> Bool
    ) -> Bool {
        backpropagate(pass, into: &gradients, false, unless: isCancelled) {
            var terms = LossTerms<S>()
            $0.exchange(&losses, with: &terms)
            evaluate(objective, of: pass, [.losses, .gradients], into: &terms)
            $0.exchange(&losses, with: &terms)
        }
    }

    /// The backward pass from a derivative that the caller gives: dA of the last layer.
    @specialized(where S == Double)
    @specialized(where S == Float)
    public func backpropagate(
        _ pass: ForwardPass<S>, from outputGradient: Matrix<S>, toInputs: Bool = false
    ) -> Gradients<S> {
        let last = layers.count - 1
        var gradients = Gradients<S>()
        _ = backpropagate(pass, into: &gradients, toInputs, unless: { false }) {
            $0.output = outputGradient
            layers[last].pullBack(
                outputGradient, through: pass.layers[last], into: &$0.preActivation)
        }
        return gradients.settled
    }

    /// Goes back through the layers from the last one, whose dA and dZ `begin` writes; the derivatives
    /// of what several layers take add up.
    private func backpropagate(
        _ pass: ForwardPass<S>, into gradients: inout Gradients<S>, _ toInputs: Bool,
        unless isCancelled: () -> Bool, begin: (inout LayerGradients<S>) -> Void
    ) -> Bool {
        let (last, run) = (layers.count - 1, pass.run)
        gradients.begin(layers)
        begin(&gradients.layers[last])
        gradients.layers[last].isReached = true
        // Through pointers, as forward.
        return layers.withUnsafeBufferPointer { layers in
            pass.layers.withUnsafeBufferPointer { passes in
                for index in layers.indices.reversed() {
                    if isCancelled() { return false }
                    precondition(
                        gradients.layers[index].isReached, "layer \(index) leads to no output")
                    if index < last {
                        layers[index].pullBack(&gradients.layers[index], through: passes[index])
                    }
                    let goesOn = toInputs || layers[index].sources.contains { $0 >= 0 }
                    gradients.lend(index, layers[index].sources, goesOn)
                    layers[index].layer.backward(
                        gradients.layers[index].preActivation, from: passes[index],
                        layers[index].numbers, run, toInputs: goesOn, into: &gradients.derivatives)
                    gradients.collect(index, layers[index].sources, goesOn, toInputs)
                }
                return true
            }
        }
    }
}

extension NetworkLayer {
    /// dZ of a layer's gradients, from their dA.
    fileprivate func pullBack(
        _ gradients: inout LayerGradients<S>, through pass: LayerPass<S>
    ) {
        pullBack(gradients.output, through: pass, into: &gradients.preActivation)
    }
}

// A layer writes its derivatives into memory of before. Between two passes that lies in their places,
// where nobody else holds it.

extension Gradients {
    /// Makes ready for a pass through layers: the gradients of each, in the memory that there is.
    fileprivate mutating func begin(_ layers: [NetworkLayer<S>]) {
        if self.layers.count != layers.count {
            self.layers = layers.map { _ in LayerGradients() }
        }
        for index in layers.indices {
            self.layers[index].begin()
            // It is dA too, which is written before it is.
            if layers[index].activation == .linear, index + 1 < layers.count {
                self.layers[index].preActivation = .empty
            }
        }
        inputs = nil
    }

    /// Lends a layer the memory of its derivatives.
    fileprivate mutating func lend(_ index: Int, _ sources: [Int], _ goesOn: Bool) {
        swap(&derivatives.parameters, &layers[index].parameters)
        guard goesOn else { return }
        derivatives.makeRoom(inputs: sources.count)
        for (place, source) in sources.enumerated() where source >= 0 && !layers[source].isReached {
            swap(&derivatives.inputs[place], &layers[source].output)
        }
    }

    /// Puts a layer's derivatives into their places.
    fileprivate mutating func collect(
        _ index: Int, _ sources: [Int], _ goesOn: Bool, _ toInputs: Bool
    ) {
        layers[index].takeParameters(&derivatives)
        guard goesOn else { return }
        for (place, source) in zip(sources.indices, sources)
        where place < derivatives.inputs.count {
            if source < 0 {
                if toInputs { inputs.accumulate(&derivatives.inputs[place]) }
            } else if layers[source].isReached {
                layers[source].output.add(derivatives.inputs[place])
            } else {
                swap(&layers[source].output, &derivatives.inputs[place])
                layers[source].isReached = true
            }
        }
    }

    /// As they are handed out: without memory that is kept for another pass.
    fileprivate var settled: Gradients { Gradients(layers: layers, inputs: inputs) }
}

extension Optional {
    /// Adds a matrix to the one there is, or becomes it.
    fileprivate mutating func accumulate<S>(_ addend: inout Matrix<S>)
    where Wrapped == Matrix<S> {
        if self == nil {
            self = addend
            addend = .empty
        } else {
            self!.add(addend)
        }
    }
}
