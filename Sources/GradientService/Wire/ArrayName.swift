import JSON
import NeuralNetwork

/// The arrays that an answer may carry, by their names on the wire.
struct ArrayName: Hashable {
    let rawValue: String

    static let outputs = ArrayName(rawValue: "outputs")
    static let losses = ArrayName(rawValue: "losses")
    static let preActivation = ArrayName(rawValue: "Z")
    static let activation = ArrayName(rawValue: "A")
    static let preActivationGradient = ArrayName(rawValue: "dZ")
    static let outputGradient = ArrayName(rawValue: "dA")
    static let inputGradient = ArrayName(rawValue: "dX")

    /// The moments of each number's gradient over the examples, in `per_example`.
    static let moments = ArrayName(rawValue: "moments")

    /// What layers learn, of every kind of layer: `W`, `b`, …
    static let parameters = names { $0.isLearned }
    /// Their derivatives: `dW`, `db`, …
    static let parameterGradients = parameters.map { ArrayName(rawValue: "d" + $0.rawValue) }
    /// What layers are given or draw for each example: dropout's `mask`.
    static let masks = names { $0.role == .mask }

    /// What the forward pass gives of each layer.
    static let ofLayers = parameters + masks + [.preActivation, .activation]

    private static func names(_ isWanted: (ArrayForm) -> Bool) -> [ArrayName] {
        var found: [ArrayName] = []
        for form in layerKinds.flatMap({ $0.declaration.arrays }) where isWanted(form) {
            let name = ArrayName(rawValue: form.name)
            if !found.contains(name) { found.append(name) }
        }
        return found
    }
}

extension FieldDecoder where Value == ArrayName {
    /// One of the arrays that an answer of its kind may carry.
    static func name(among arrays: [ArrayName]) -> FieldDecoder {
        let word = FieldDecoder<String>.word("array", among: arrays.map(\.rawValue))
        return FieldDecoder { (cursor) throws(InvalidFields) in
            ArrayName(rawValue: try word.decode(cursor))
        }
    }
}
