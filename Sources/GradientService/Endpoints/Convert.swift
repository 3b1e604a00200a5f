import JSON
import NeuralNetwork

/// `/convert`: tensors of one convention and layout in another's, without a network.
struct Convert: Call {
    static let name = "convert"

    let encoding: ArrayEncoding
    private let precision: Precision
    private let conversion: Conversion
    private let tensors: WireTensors

    init(json: JSONCursor) throws(InvalidFields) {
        var reader = try FieldReader(json)
        let from = reader.optional("from", .notation, default: .standard)
        let to = reader.optional("to", .notation, default: .standard)
        let precision: Precision? = reader.optional(
            "precision", .word("precision"), default: .float64)
        let encoding: ArrayEncoding? = reader.optional(
            "encoding", .word("encoding"), default: .nested)
        let examples = reader.optional("examples", .integer(in: 1...Int(Int32.max)))
        let denominator = reader.optional("denominator", .number(in: 1e-300...1e300))
        let tensors = reader.tensors()
        let (fromRead, toRead, precisionRead, encodingRead) = try reader.finish(
            from, to, precision, encoding)
        self.precision = precisionRead
        self.encoding = encodingRead
        self.tensors = tensors
        conversion = try Conversion(
            of: tensors, from: fromRead, to: toRead, examples: examples, denominator: denominator)
    }

    /// It does as much as there is to read.
    var isTiny: Bool { true }

    func write(
        within limits: ServiceLimits, isCancelled: () -> Bool, to writer: inout JSONWriter
    ) throws(RequestError) {
        do throws(InvalidFields) {
            switch precision {
            case .float64: try write(in: Double.self, to: &writer)
            case .float32: try write(in: Float.self, to: &writer)
            }
        } catch {
            throw .invalidFields(error)
        }
        writer.object("factors") { writer in
            for (name, factor) in conversion.factors { writer.field(name, factor) }
        }
        if let meaning = conversion.meaning {
            writer.write(
                meaning, of: "the loss of an example",
                include: tensors.all.map { ArrayName(rawValue: $0.kind.name) })
        }
    }

    private func write<S: WireScalar>(
        in _: S.Type, to writer: inout JSONWriter
    ) throws(InvalidFields) {
        func write(
            _ tensors: [WireTensor], to writer: inout JSONWriter
        ) throws(InvalidFields) {
            for tensor in tensors {
                let (shape, elements): ([Int], [S]) = try conversion.converted(
                    tensor, beside: tensors)
                writer.field(tensor.name, shape: shape, elements)
            }
        }
        if let layers = tensors.layers {
            try writer.array("layers") { (writer: inout JSONWriter) throws(InvalidFields) in
                for layer in layers {
                    try writer.object { (writer: inout JSONWriter) throws(InvalidFields) in
                        if let name = layer.name { writer.field("name", name) }
                        try write(layer.tensors, to: &writer)
                    }
                }
            }
        }
        if let flat = tensors.flat {
            try writer.object("tensors") { (writer: inout JSONWriter) throws(InvalidFields) in
                try write(flat, to: &writer)
            }
        }
        try write(tensors.batch, to: &writer)
    }
}
