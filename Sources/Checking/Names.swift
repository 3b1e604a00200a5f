import NeuralNetwork

/// What the derivatives of a network are called: `dW2`, with the course's numbers, which count the
/// layers that learn something; `dA of max_pooling2d (layer 3)` of the others.
public struct Names: Sendable {
    /// The course's number of each layer; nil for one that learns nothing.
    public let numbers: [Int?]
    private let kinds: [String]
    private let parameters: [[String]]
    private let sources: [[Int]]
    private let activations: [String]

    public init<S: Scalar>(_ network: Network<S>) {
        var number = 0
        numbers = network.layers.map { layer in
            if layer.layer.parameters.isEmpty { return nil }
            number += 1
            return number
        }
        kinds = network.layers.map { type(of: $0.layer).declaration.name }
        parameters = network.layers.map { $0.layer.parameters.map(\.form.name) }
        sources = network.layers.map(\.sources)
        activations = network.layers.map { $0.activation.name }
    }

    /// The name of a derivative.
    public func of(_ id: GradientID) -> String {
        switch id.kind {
        case .output: "d" + output(id.layer)
        case .preActivation: quantity("dZ", id.layer)
        case .parameter(let index): "d" + parameter(index, id.layer)
        }
    }

    /// The name of a derivative without the layer: `dW`.
    public func array(_ id: GradientID) -> String {
        switch id.kind {
        case .output: id.layer < 0 ? "dX" : "dA"
        case .preActivation: "dZ"
        case .parameter(let index): "d" + parameters[id.layer][index]
        }
    }

    /// `W2`.
    func parameter(_ index: Int, _ layer: Int) -> String {
        quantity(parameters[layer][index], layer)
    }

    /// `A2`, or `X`.
    func output(_ layer: Int) -> String { layer < 0 ? "X" : quantity("A", layer) }

    func preActivation(_ layer: Int) -> String { quantity("Z", layer) }

    /// What comes to a layer: `A1`, or `X`.
    func input(_ layer: Int, slot: Int = 0) -> String { output(sources[layer][slot]) }

    /// `relu`.
    func activation(_ layer: Int) -> String { activations[layer] }

    /// `dropout`.
    func kind(_ layer: Int) -> String { kinds[layer] }

    private func quantity(_ letter: String, _ layer: Int) -> String {
        if let number = numbers[layer] { return "\(letter)\(number)" }
        return "\(letter) of \(kinds[layer]) (layer \(layer))"
    }
}

extension Activation {
    /// Its name on the wire.
    var name: String {
        Self.choices.first { $0.byDefault.isSameKind(as: self) }?.name ?? "activation"
    }

    private func isSameKind(as other: Activation) -> Bool {
        switch (self, other) {
        case (.leakyReLU, .leakyReLU), (.elu, .elu), (.celu, .celu), (.gelu, .gelu): true
        default: self == other
        }
    }
}
