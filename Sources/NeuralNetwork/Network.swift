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
        forward(inputs, run, caches: caches, unless: { false })!
    }

    /// Forward, unless it is cancelled, which is asked before each layer; nil then.
    @specialized(where S == Double)
    @specialized(where S == Float)
    public func forward(
        _ inputs: Matrix<S>, _ run: Run, caches: [LayerCache<S>]? = nil,
        unless isCancelled: () -> Bool
    ) -> ForwardPass<S>? {
        var pass = ForwardPass<S>()
        let isDone = forward(inputs, run, caches: caches, into: &pass, unless: isCancelled)
        return isDone ? pass : nil
    }

    /// Forward in the memory of a pass of this network before, where the batch has the same shape and
    /// nobody else holds it; whether it was not cancelled, after which the pass is of no use.
    @specialized(where S == Double)
    @specialized(where S == Float)
    public func forward(
        _ inputs: Matrix<S>, _ run: Run, into pass: inout ForwardPass<S>,
        unless isCancelled: () -> Bool
    ) -> Bool {
        forward(inputs, run, caches: nil, into: &pass, unless: isCancelled)
    }

    /// Forward from a layer on, where nothing before it has changed since another pass.
    @specialized(where S == Double)
    @specialized(where S == Float)
    public func forward(from index: Int, after pass: ForwardPass<S>) -> ForwardPass<S> {
        var made = pass
        made.layers.removeSubrange(index...)
        _ = forward(pass.inputs, pass.run, from: index, into: &made, unless: { false })
        return made
    }

    /// Forward from a layer on, in the memory of a pass before.
    private func forward(
        _ inputs: Matrix<S>, _ run: Run, caches: [LayerCache<S>]? = nil, from first: Int = 0,
        into pass: inout ForwardPass<S>, unless isCancelled: () -> Bool
    ) -> Bool {
        (pass.inputs, pass.run) = (inputs, run)
        pass.layers.reserveCapacity(layers.count)
        while pass.layers.count < layers.count { pass.layers.append(LayerPass(inputs: [])) }
        // Through pointers: each access to an array's element would ask who else holds the array.
        return layers.withUnsafeBufferPointer { layers in
            pass.layers.withUnsafeMutableBufferPointer { passes in
                for index in first..<layers.count { layers[index].letGo(&passes[index]) }
                for index in first..<layers.count {
                    if isCancelled() { return false }
                    for (place, source) in layers[index].sources.enumerated() {
                        passes[index].inputs[place] =
                            source < 0 ? inputs : passes[source].activation
                    }
                    layers[index].forward(run, cache: caches?[index], into: &passes[index])
                }
                return true
            }
        }
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

    /// Forward through the layer and its activation, which is of each row of the last axis, from the
    /// inputs of a pass into the rest of it.
    func forward(_ run: Run, cache: LayerCache<S>? = nil, into pass: inout LayerPass<S>) {
        layer.forward(numbers, run, into: &pass)
        if let given = cache?.preActivation { pass.preActivation = given }
        pass.isActivationGiven = cache?.activation != nil
        if let given = cache?.activation {
            pass.activation = given
        } else if activation == .linear {
            pass.activation = pass.preActivation
        } else {
            let z = pass.preActivation
            activation.evaluate(at: z.split(columns: lastAxis), into: &pass.activation)
            pass.activation.reshape(rows: z.rows)
        }
    }

    /// Lets go of what a pass holds a second time, so that it is written in its place.
    fileprivate func letGo(_ pass: inout LayerPass<S>) {
        if pass.inputs.count != sources.count {
            pass.inputs = Array(repeating: .empty, count: sources.count)
        }
        for place in pass.inputs.indices { pass.inputs[place] = .empty }
        if activation == .linear { pass.activation = .empty }
    }

    /// `dZ` of a pass, from `dA`.
    public func pullBack(_ dA: Matrix<S>, through pass: LayerPass<S>) -> Matrix<S> {
        var dZ = Matrix<S>.empty
        pullBack(dA, through: pass, into: &dZ)
        return dZ
    }

    func pullBack(_ dA: Matrix<S>, through pass: LayerPass<S>, into dZ: inout Matrix<S>) {
        if activation == .linear {
            dZ = dA
            return
        }
        activation.pullBack(
            dA.split(columns: lastAxis), through: pass.preActivation.split(columns: lastAxis),
            pass.activation.split(columns: lastAxis), into: &dZ)
        dZ.reshape(rows: dA.rows)
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
    public internal(set) var run: Run

    /// A pass that is to be made, in whose place `Network.forward` puts it.
    public init() {
        (layers, inputs, run) = ([], .empty, Run())
    }

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
