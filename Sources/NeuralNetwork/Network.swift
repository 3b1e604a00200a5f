/// Layers, each of which takes the outputs of layers before it, or the batch's inputs X.
public struct Network<S: Scalar>: Sendable {
    public var layers: [NetworkLayer<S>]
    /// The shape of one example of X.
    public let inputShape: [Int]

    /// There is at least one layer, and each takes from X and from layers before it only.
    public init(layers: [NetworkLayer<S>], inputShape: [Int]) {
        precondition(!layers.isEmpty)
        for (index, layer) in layers.enumerated() {
            precondition(layer.sources.allSatisfy { (-1..<index).contains($0) })
        }
        self.layers = layers
        self.inputShape = inputShape
    }

    /// The shape of one example of the outputs.
    public var outputShape: [Int] { layers[layers.count - 1].layer.outputShape }

    /// Forward: every layer's Z and A for a batch of m rows.
    ///
    /// `caches` gives some layers' Z and A, which are then taken as they are.
    @specialized(where S == Double)
    @specialized(where S == Float)
    public func forward(
        _ inputs: Matrix<S>, _ run: Run = Run(), caches: [LayerCache<S>]? = nil
    ) -> ForwardPass<S> {
        forward(inputs, run, caches: caches, after: [], unless: { false })!
    }

    /// Forward, unless it is cancelled, which is asked before each layer; nil then.
    @specialized(where S == Double)
    @specialized(where S == Float)
    public func forward(
        _ inputs: Matrix<S>, _ run: Run, caches: [LayerCache<S>]? = nil,
        unless isCancelled: () -> Bool
    ) -> ForwardPass<S>? {
        forward(inputs, run, caches: caches, after: [], unless: isCancelled)
    }

    /// Forward from a layer on, where nothing before it has changed since another pass.
    @specialized(where S == Double)
    @specialized(where S == Float)
    public func forward(from index: Int, after pass: ForwardPass<S>) -> ForwardPass<S> {
        forward(
            pass.inputs, pass.run, caches: nil, after: pass.layers[..<index], unless: { false })!
    }

    /// Forward through the layers after those whose passes there are.
    private func forward(
        _ inputs: Matrix<S>, _ run: Run, caches: [LayerCache<S>]?,
        after done: ArraySlice<LayerPass<S>>, unless isCancelled: () -> Bool
    ) -> ForwardPass<S>? {
        var passes = Array(done)
        passes.reserveCapacity(layers.count)
        // By their indices: a layer is not copied to be called, which takes longer than a small one.
        for index in done.count..<layers.count {
            if isCancelled() { return nil }
            let taken = layers[index].sources.map { $0 < 0 ? inputs : passes[$0].activation }
            passes.append(layers[index].forward(taken, run, cache: caches?[index]))
        }
        return ForwardPass(layers: passes, inputs: inputs, run: run)
    }
}

/// A layer in its place: what it takes, its numbers, and the activation that follows it.
public struct NetworkLayer<S: Scalar>: Sendable {
    public let layer: any Layer
    /// g of A = g(Z), `linear` for a layer that has none.
    public var activation: Activation
    /// The layers whose outputs it takes, by their indices; −1 for X.
    public let sources: [Int]
    public var numbers: LayerNumbers<S>
    /// The numbers of the last axis of its output: the units, features or channels.
    let lastAxis: Int

    public init(
        _ layer: any Layer, activation: Activation = .linear, sources: [Int],
        numbers: LayerNumbers<S>
    ) {
        self.layer = layer
        self.activation = activation
        self.sources = sources
        self.numbers = numbers
        let shape = layer.outputShape
        lastAxis = shape[shape.count - 1]
    }

    /// Forward through the layer and its activation, which is of each row of the last axis.
    func forward(
        _ inputs: [Matrix<S>], _ run: Run, cache: LayerCache<S>? = nil
    ) -> LayerPass<S> {
        let made = layer.forward(inputs, numbers, run)
        let z = cache?.preActivation ?? made.output
        return LayerPass(
            inputs: inputs, preActivation: z, activation: cache?.activation ?? activate(z),
            kept: made.kept, states: made.states, isActivationGiven: cache?.activation != nil)
    }

    private func activate(_ z: Matrix<S>) -> Matrix<S> {
        if activation == .linear { return z }
        return activation.evaluate(at: z.split(columns: lastAxis)).split(rows: z.rows)
    }

    /// `dZ` of a pass, from `dA`.
    public func pullBack(_ dA: Matrix<S>, through pass: LayerPass<S>) -> Matrix<S> {
        if activation == .linear { return dA }
        return activation.pullBack(
            dA.split(columns: lastAxis), through: pass.preActivation.split(columns: lastAxis),
            pass.activation.split(columns: lastAxis)
        ).split(rows: dA.rows)
    }

    /// The tangent of A, from that of Z.
    func pushForward(_ tangent: Matrix<S>, through pass: LayerPass<S>) -> Matrix<S> {
        if activation == .linear { return tangent }
        return activation.pushForward(
            tangent.split(columns: lastAxis), through: pass.preActivation.split(columns: lastAxis),
            pass.activation.split(columns: lastAxis)
        ).split(rows: tangent.rows)
    }
}

/// A layer's Z and A, as a caller gives them.
public struct LayerCache<S: Scalar>: Sendable {
    public var preActivation: Matrix<S>?
    public var activation: Matrix<S>?

    public init(preActivation: Matrix<S>? = nil, activation: Matrix<S>? = nil) {
        self.preActivation = preActivation
        self.activation = activation
    }
}

/// A forward pass, as a value: what each layer took and gave. It is all that the backward pass
/// reads of it, so that nothing is kept inside a layer.
public struct ForwardPass<S: Scalar>: Sendable {
    public var layers: [LayerPass<S>]
    /// X.
    public var inputs: Matrix<S>
    public let run: Run

    /// A[L], `[m, outputs]`.
    public var outputs: Matrix<S> { layers[layers.count - 1].activation }
    /// m.
    public var examples: Int { inputs.rows }
}

extension Network {
    /// Takes over the states that a forward pass left: running statistics.
    @specialized(where S == Double)
    @specialized(where S == Float)
    public mutating func keepStates(of pass: ForwardPass<S>) {
        for index in pass.layers.indices where !pass.layers[index].states.isEmpty {
            layers[index].numbers.states = pass.layers[index].states
        }
    }
}
