import JSON
import NeuralNetwork

/// A layer's Z and A as a caller gives them: `{"Z": …, "A": …}`, each of which may be left out.
struct WireCache {
    let preActivation: WireArray?
    let activation: WireArray?
}

extension FieldDecoder where Value == WireCache {
    static var cache: FieldDecoder {
        FieldDecoder { (cursor) throws(InvalidFields) in
            var reader = try FieldReader(cursor)
            let z = reader.optional("Z", .array)
            let a = reader.optional("A", .array)
            _ = try reader.finish(true)
            return WireCache(preActivation: z, activation: a)
        }
    }
}

/// Along what the inputs and the parameters move, in a Jacobian-vector product:
/// `{"X": …, "layers": [{"W": …, "b": …}, {}]}`. What is left out stands still.
struct WireTangents {
    let inputs: WireArray?
    /// By the names of each layer's parameters.
    let layers: [[String: WireArray]]
}

extension FieldDecoder where Value == WireTangents {
    static func tangents(_ layers: [WireLayer]) -> FieldDecoder {
        FieldDecoder { (cursor) throws(InvalidFields) in
            var reader = try FieldReader(cursor)
            let inputs = reader.optional("X", .array)
            let elements = reader.optional(
                "layers", FieldDecoder<[JSONCursor]>.list(of: .cursor, for: layers.count))
            var arrays: [[String: WireArray]] = []
            for (element, layer) in zip(elements ?? [], layers) {
                let read = reader.gather { () throws(InvalidFields) in
                    try parameters(of: layer, in: element)
                }
                if let read { arrays.append(read) }
            }
            _ = try reader.finish(true)
            return WireTangents(inputs: inputs, layers: arrays)
        }
    }

    private static func parameters(
        of layer: WireLayer, in cursor: JSONCursor
    ) throws(InvalidFields) -> [String: WireArray] {
        var reader = try FieldReader(cursor)
        var arrays: [String: WireArray] = [:]
        for form in layer.declaration.arrays where form.isLearned {
            arrays[form.name] = reader.optional(form.name, .array)
        }
        _ = try reader.finish(true)
        return arrays
    }
}

extension FieldDecoder where Value == JSONCursor {
    /// What stands there, whatever it is.
    static var cursor: FieldDecoder {
        FieldDecoder { (cursor) throws(InvalidFields) in cursor }
    }
}

extension FieldDecoder {
    /// A list with an element for each layer of the network.
    static func list<Element>(
        of element: FieldDecoder<Element>, for layers: Int
    ) -> FieldDecoder where Value == [Element] {
        FieldDecoder { (cursor) throws(InvalidFields) in
            let elements = try list(of: element).decode(cursor)
            guard elements.count == layers else {
                throw InvalidFields(
                    FieldFault(
                        cursor.pointer,
                        "has \(elements.count.counted("element")), expected one for each of the "
                            + layers.counted("layer"),
                        hint: "give {} for a layer without"))
            }
            return elements
        }
    }
}
