import Checking
import JSON
import NeuralNetwork

/// The derivatives that a caller computed, as they stand in a request: an object for each layer,
/// or the course's flat dictionary, `{"dW1": …, "db1": …, "dZ2": …, "cost": …}`.
struct WireSubmission {
    let tensors: [Name: WireArray]
    let cost: Double?

    /// What a derivative is called in a layer: `dW`, `dZ`; dX is that of layer −1.
    struct Name: Hashable {
        let layer: Int
        let array: String

        static let dX = Name(layer: -1, array: "dX")
    }
}

extension FieldDecoder where Value == WireSubmission {
    static func submission(_ layers: [WireLayer]) -> FieldDecoder {
        FieldDecoder { (cursor) throws(InvalidFields) in
            var reader = try FieldReader(cursor)
            var tensors: [WireSubmission.Name: WireArray] = [:]
            if reader.has("layers") {
                let elements = reader.optional(
                    "layers", FieldDecoder<[JSONCursor]>.list(of: .cursor, for: layers.count))
                for (index, element) in (elements ?? []).enumerated() {
                    let read = reader.gather { () throws(InvalidFields) in
                        try derivatives(of: layers[index], at: index, in: element)
                    }
                    tensors.merge(read ?? [:]) { own, _ in own }
                }
            } else {
                reader.readFlat(layers, into: &tensors)
            }
            tensors[.dX] = tensors[.dX] ?? reader.optional("dX", .arrayOrNumber)
            let cost = reader.optional("cost", .number(in: -1e308...1e308))
            if tensors.isEmpty, cost == nil, reader.faults.isEmpty {
                reader.refuse(
                    FieldFault(
                        cursor.pointer, "has no derivative and no cost",
                        hint: "give \"dW1\", \"db1\", \"dZ1\" and so on, or \"layers\" with an "
                            + "object for each layer"))
            }
            _ = try reader.finish(true)
            return WireSubmission(tensors: tensors, cost: cost)
        }
    }

    private static func derivatives(
        of layer: WireLayer, at index: Int, in cursor: JSONCursor
    ) throws(InvalidFields) -> [WireSubmission.Name: WireArray] {
        var reader = try FieldReader(cursor)
        var tensors: [WireSubmission.Name: WireArray] = [:]
        for array in layer.derivatives {
            tensors[.init(layer: index, array: array)] = reader.optional(array, .arrayOrNumber)
        }
        _ = try reader.finish(true)
        return tensors
    }
}

extension FieldReader {
    /// Reads names with the course's numbers, which count the layers that learn something.
    fileprivate mutating func readFlat(
        _ layers: [WireLayer], into tensors: inout [WireSubmission.Name: WireArray]
    ) {
        var number = 0
        for (index, layer) in layers.enumerated()
        where layer.declaration.arrays.contains(where: \.isLearned) {
            number += 1
            for array in layer.derivatives {
                tensors[.init(layer: index, array: array)] = optional(
                    "\(array)\(number)", .arrayOrNumber)
            }
        }
        let dX = optional("dA0", .arrayOrNumber)
        if let dX { tensors[.dX] = dX }
    }
}

extension WireLayer {
    /// The names of the derivatives that a layer has.
    fileprivate var derivatives: [String] {
        declaration.arrays.filter(\.isLearned).map { "d" + $0.name } + ["dZ", "dA"]
    }
}

extension FieldDecoder where Value == WireArray {
    /// An array, or the one number that a sum over everything is.
    static var arrayOrNumber: FieldDecoder {
        FieldDecoder { (cursor) throws(InvalidFields) in
            guard cursor.kind == .number else { return try array.decode(cursor) }
            let number = try FieldDecoder<Double>.number(in: -1e308...1e308).decode(cursor)
            return WireArray(pointer: cursor.pointer, number: number)
        }
    }
}

extension WireSubmission {
    /// The submission as each layout reads it that its shapes may mean, the likeliest first.
    func readings(
        _ problem: Problem<Double>
    ) throws(InvalidFields) -> [(layout: Layout, submission: Submission)] {
        let arrays = try self.arrays(problem)
        let own = reading(arrays, problem, problem.layout)
        let others = Layout.allCases.filter { $0 != problem.layout }
            .map { (layout: $0, submission: reading(arrays, problem, $0)) }
            .filter { $0.submission.isExact }
        let first = (layout: problem.layout, submission: own)
        let isOwn = own.tensors.values.allSatisfy { $0.shape?.isHarmless ?? true }
        return isOwn ? [first] + others : others.isEmpty ? [first] : others
    }

    /// Where each derivative stands in the request.
    func arrays(_ problem: Problem<Double>) throws(InvalidFields) -> [GradientID: WireArray] {
        var faults: [FieldFault] = []
        var arrays: [GradientID: WireArray] = [:]
        for (name, array) in tensors {
            if let id = problem.id(of: name) {
                arrays[id] = array
            } else {
                faults.append(
                    FieldFault(array.pointer, "is given, and the layer has no such parameter"))
            }
        }
        if !faults.isEmpty { throw InvalidFields(faults) }
        return arrays
    }

    private func reading(
        _ arrays: [GradientID: WireArray], _ problem: Problem<Double>, _ layout: Layout
    ) -> Submission {
        Submission(
            tensors: Dictionary(
                uniqueKeysWithValues: arrays.map { id, array in
                    (
                        id,
                        problem.expectedShape(id).read(
                            array.elements, shape: array.shape, layout)
                    )
                }), cost: cost)
    }
}

extension Submission {
    /// Whether every array is shaped as it should be.
    fileprivate var isExact: Bool { tensors.values.allSatisfy { $0.shape == nil } }
}

extension Problem {
    /// The derivative of a name; nil where there is none.
    fileprivate func id(of name: WireSubmission.Name) -> GradientID? {
        guard name != .dX else { return .inputs }
        switch name.array {
        case "dZ": return GradientID(name.layer, .preActivation)
        case "dA": return GradientID(name.layer, .output)
        default:
            return network.layers[name.layer].layer.parameters
                .firstIndex { "d" + $0.form.name == name.array }
                .map { GradientID(name.layer, .parameter($0)) }
        }
    }

    fileprivate func expectedShape(_ id: GradientID) -> ExpectedShape {
        if id == .inputs { return ExpectedShape(signal: network.inputShape, examples: examples) }
        let layer = network.layers[id.layer].layer
        switch id.kind {
        case .output, .preActivation:
            return ExpectedShape(signal: layer.outputShape, examples: examples)
        case .parameter(let index): return ExpectedShape(layer.parameters[index])
        }
    }
}
