import JSON
import NeuralNetwork

/// An array that stands by itself, without a network: what it is, and its numbers.
struct WireTensor {
    /// Its name where it stands: `dW`, or `dW1` in the course's flat dictionary.
    let name: String
    let kind: TensorKind
    /// The number of its layer, in the flat dictionary.
    var layer: Int?
    let array: WireArray
}

/// What an array is, which tells how it is laid out and what a convention makes of it.
struct TensorKind {
    /// `dW`, `Z` …
    let name: String
    /// The array of the layer that it is, or is the derivative of; nil for numbers of each example.
    let form: ArrayForm?
    let part: Part

    enum Part {
        /// No derivative: the same in each convention.
        case value
        case derivative
        /// The data's term of a derivative, and the penalty's.
        case data, penalty
    }

    /// Which kind of derivative it is, where the convention has a say in it.
    var derivative: DerivativeKind? {
        switch part {
        case .value, .penalty: nil
        case .derivative, .data: form == nil ? .signal : .parameter
        }
    }

    /// The arrays of the batch.
    static let ofBatch = [
        TensorKind(name: "X", form: nil, part: .value),
        TensorKind(name: "Y", form: nil, part: .value),
        TensorKind(name: "dX", form: nil, part: .derivative),
    ]

    /// The arrays of a layer, as an answer may have them.
    static func all(of declaration: LayerDeclaration) -> [TensorKind] {
        var kinds: [TensorKind] = []
        for form in declaration.arrays {
            kinds.append(
                TensorKind(name: form.name, form: form.role == .mask ? nil : form, part: .value))
            guard form.isLearned else { continue }
            let name = "d" + form.name
            kinds.append(TensorKind(name: name, form: form, part: .derivative))
            guard form.role == .weights else { continue }
            kinds.append(TensorKind(name: name + "_data", form: form, part: .data))
            kinds.append(TensorKind(name: name + "_penalty", form: form, part: .penalty))
        }
        for name in declaration.hasActivation ? ["Z", "A"] : ["A"] {
            kinds.append(TensorKind(name: name, form: nil, part: .value))
            kinds.append(TensorKind(name: "d" + name, form: nil, part: .derivative))
        }
        return kinds
    }
}

/// The tensors of a request: of each layer, or in the course's flat dictionary, and the batch's.
struct WireTensors {
    let layers: [WireTensorLayer]?
    let flat: [WireTensor]?
    let batch: [WireTensor]

    var all: [WireTensor] { (layers ?? []).flatMap(\.tensors) + (flat ?? []) + batch }

    /// Those that belong together: of each layer, and of the batch.
    var groups: [[WireTensor]] {
        let numbered = Dictionary(grouping: flat ?? []) { $0.layer ?? 0 }
        return (layers?.map(\.tensors) ?? [])
            + numbered.keys.sorted().map { numbered[$0]! } + [batch]
    }

    /// The kinds of their layers.
    var layerKinds: [any Layer.Type] {
        (layers?.map(\.kind) ?? []) + (flat == nil ? [] : [Dense.self])
    }
}

extension FieldReader {
    /// `layers` or `tensors`, and beside them `X`, `Y` and `dX`.
    mutating func tensors() -> WireTensors {
        let layers = optional("layers", .list(of: .tensorLayer))
        let flat = optional("tensors", .flatTensors)
        let batch = tensors(TensorKind.ofBatch)
        if has("layers"), has("tensors") {
            refuse(
                FieldFault(
                    pointer.appending("tensors"),
                    "a request gives either \"layers\" or the flat dictionary \"tensors\""))
        }
        let found = WireTensors(layers: layers, flat: flat, batch: batch)
        if found.all.isEmpty, faults.isEmpty {
            refuse(
                FieldFault(
                    pointer, "there is nothing to convert",
                    hint: "give \"layers\", [{\"dW\": …, \"db\": …}, …], or \"tensors\", "
                        + "{\"dW1\": …, \"db1\": …}"))
        }
        return found
    }

    /// Those of some kinds that are there.
    fileprivate mutating func tensors(_ kinds: [TensorKind]) -> [WireTensor] {
        var found: [WireTensor] = []
        for kind in kinds {
            guard let array = optional(kind.name, .array) else { continue }
            found.append(WireTensor(name: kind.name, kind: kind, array: array))
        }
        return found
    }
}

/// The tensors of a layer: `{"type": "conv2d", "dW": …, "dA": …}`.
struct WireTensorLayer {
    let kind: any Layer.Type
    let name: String?
    let tensors: [WireTensor]
}

extension FieldDecoder where Value == WireTensorLayer {
    static var tensorLayer: FieldDecoder {
        FieldDecoder { (cursor) throws(InvalidFields) in
            var reader = try FieldReader(cursor)
            let kind = reader.optional("type", .layerKind, default: Dense.self as any Layer.Type)
            // Without its type nothing can be said of a layer's other fields.
            guard let kind else { throw InvalidFields(reader.faults) }
            let name = reader.optional("name", .layerName)
            let tensors = reader.tensors(TensorKind.all(of: kind.declaration))
            return WireTensorLayer(kind: kind, name: name, tensors: try reader.finish(tensors))
        }
    }
}
