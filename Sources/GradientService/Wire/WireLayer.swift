import JSON
import NeuralNetwork

/// One layer as a request gives it: its kind, its settings, and its arrays, or how they are drawn.
struct WireLayer {
    let pointer: JSONPointer
    let name: String?
    /// The names of the layers that it takes its inputs from; nil for the one before it.
    let inputs: [WireName]?
    let kind: any Layer.Type
    let settings: SettingValues
    private(set) var arrays: [String: WireArray]
    /// Whether its weights are drawn.
    let isDrawn: Bool
    let initializer: Chosen<Initializer>?
    let seed: UInt32?
    let activation: Chosen<Activation>

    var declaration: LayerDeclaration { kind.declaration }

    init(json: JSONCursor) throws(InvalidFields) {
        var reader = try FieldReader(json)
        pointer = json.pointer
        let kind = reader.optional("type", .layerKind, default: Dense.self as any Layer.Type)
        // Without its type nothing can be said of a layer's other fields.
        guard let kind else { throw InvalidFields(reader.faults) }
        let declaration = kind.declaration
        self.kind = kind
        name = reader.optional("name", .layerName)
        inputs = reader.optional("inputs", .list(of: .name))
        let activation =
            declaration.hasActivation
            ? reader.optional(
                "activation", .choice("activation", among: Activation.choices),
                default: Self.linear) : Self.linear
        settings = reader.settings(declaration.settings)
        let draws = !declaration.weights.isEmpty
        initializer =
            draws
            ? reader.optional("initializer", .choice("initializer", among: Initializer.choices))
            : nil
        seed = draws ? reader.optional("seed", .seed) : nil
        var arrays: [String: WireArray] = [:]
        for form in declaration.arrays {
            arrays[form.name] = reader.optional(form.name, .array)
        }
        self.arrays = arrays
        isDrawn = Self.checkDrawing(declaration, settings, &reader)
        self.activation = try reader.finish(activation)
    }

    /// The layer for another batch than the one that a mask is of.
    var withoutMask: WireLayer {
        var layer = self
        layer.arrays["mask"] = nil
        return layer
    }

    static let linear = Chosen(bareName: "linear", among: Activation.choices)

    /// Whether the weights are drawn: a layer gives all its weights and biases, or the sizes that
    /// they are drawn by, and not both.
    private static func checkDrawing(
        _ declaration: LayerDeclaration, _ settings: SettingValues, _ reader: inout FieldReader
    ) -> Bool {
        let (sizes, weights, biases) =
            (declaration.sizes, declaration.weights, declaration.biases)
        if weights.isEmpty || !weights.contains(where: reader.has) && reader.has(sizes[0]) {
            for name in sizes where !reader.has(name) { reader.refuse(missing: name) }
            for name in biases where reader.has(name) {
                reader.refuse(
                    FieldFault(
                        reader.pointer.appending(name),
                        "\(name.quoted) goes with \(weights[0].quoted); where a layer gives "
                            + "\(sizes[0].quoted) its \(name) starts as 0"))
            }
            return !weights.isEmpty
        }
        var all: [String] { (weights + biases).filter { $0 != "b_recurrent" } }
        for name in weights where !reader.has(name) {
            reader.refuse(
                FieldFault(
                    reader.pointer, "\(name.quoted) is missing",
                    hint: "give \(all.joined(separator: " and ")), or "
                        + "\(sizes.joined(separator: " and ")) to have them drawn"))
        }
        if let size = sizes.first(where: reader.has) {
            reader.refuse(
                FieldFault(
                    reader.pointer.appending(size),
                    "a layer gives either \(all.map(\.quoted).joined(separator: " and ")), or "
                        + sizes.map(\.quoted).joined(separator: " and ")))
        } else if weights.contains(where: reader.has),
            let name = ["initializer", "seed"].first(where: reader.has)
        {
            reader.refuse(
                FieldFault(
                    reader.pointer.appending(name),
                    "\(name.quoted) goes with \(sizes[0].quoted), where "
                        + "\(all.joined(separator: " and ")) are drawn"))
        }
        return false
    }
}

/// A name in a request, and where it stands.
struct WireName {
    let pointer: JSONPointer
    let text: String
}

extension FieldDecoder where Value == WireName {
    static var name: FieldDecoder {
        FieldDecoder { (cursor) throws(InvalidFields) in
            WireName(
                pointer: cursor.pointer, text: try FieldDecoder<String>.text.decode(cursor))
        }
    }
}

extension FieldDecoder where Value == String {
    /// The name of a layer, by which other layers take its output.
    static var layerName: FieldDecoder {
        FieldDecoder { (cursor) throws(InvalidFields) in
            let name = try text.decode(cursor)
            guard name != "X", !name.isEmpty, name.utf8.count <= 100 else {
                throw InvalidFields(
                    FieldFault(
                        cursor.pointer,
                        "a layer's name has 1 to 100 bytes and is not \"X\", which names the "
                            + "batch's inputs"))
            }
            return name
        }
    }
}

extension FieldDecoder where Value == any Layer.Type {
    static var layerKind: FieldDecoder {
        FieldDecoder { (cursor) throws(InvalidFields) in
            let name = try FieldDecoder<String>.text.decode(cursor)
            if let kind = layerKinds.first(where: { $0.declaration.name == name }) { return kind }
            var others: [String: String] = [:]
            for kind in layerKinds {
                for other in kind.declaration.otherNames { others[other] = kind.declaration.name }
            }
            throw InvalidFields(
                .unknownName(
                    "layer type", name, at: cursor.pointer,
                    known: layerKinds.map { $0.declaration.name }, alsoKnownAs: others))
        }
    }
}

extension FieldDecoder where Value == UInt32 {
    /// A seed, as NumPy's legacy generator takes it: 0 to 2³² − 1.
    static var seed: FieldDecoder {
        FieldDecoder { (cursor) throws(InvalidFields) in
            UInt32(try FieldDecoder<Int>.integer(in: 0...Int(UInt32.max)).decode(cursor))
        }
    }
}

extension Chosen {
    /// The choice of a name that is known to be there, with its defaults.
    init(bareName name: String, among choices: [Choice<Value>]) {
        choice = choices.first { $0.name == name }!
        settings = SettingValues(defaultsOf: choice.settings)
    }
}
