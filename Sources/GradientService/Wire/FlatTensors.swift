import JSON
import NeuralNetwork

// The course's flat dictionary, `{"dW1": …, "db1": …, "dZ2": …, "dA0": …}`: an array's letters and
// its layer's number, from 1; A0 is X.

extension FieldDecoder where Value == [WireTensor] {
    static var flatTensors: FieldDecoder {
        FieldDecoder { (cursor) throws(InvalidFields) in
            let members: [(name: String, value: JSONCursor)]
            do throws(JSONValueError) {
                members = try cursor.members()
            } catch {
                throw InvalidFields(FieldFault(error.pointer, error.reason))
            }
            var tensors: [WireTensor] = []
            var faults: [FieldFault] = []
            for (name, value) in members {
                guard let found = FlatName(name) else {
                    faults.append(.unknownTensor(name, at: value.pointer, of: members.map(\.name)))
                    continue
                }
                do throws(InvalidFields) {
                    let array = try FieldDecoder<WireArray>.array.decode(value)
                    tensors.append(
                        WireTensor(
                            name: name, kind: found.kind, layer: found.layer, array: array))
                } catch {
                    faults += error.faults
                }
            }
            if !faults.isEmpty { throw InvalidFields(faults) }
            return tensors
        }
    }
}

/// What a name of the flat dictionary says.
private struct FlatName {
    let kind: TensorKind
    /// Nil for those of the batch.
    let layer: Int?

    /// What a fully connected layer has.
    static let kinds = TensorKind.all(of: Dense.declaration)
        .filter { $0.part == .value || $0.part == .derivative }

    init?(_ name: String) {
        if let kind = TensorKind.ofBatch.first(where: { $0.name == name }) {
            (self.kind, layer) = (kind, nil)
            return
        }
        let letters = name.prefix { !$0.isNumber }
        let digits = name.dropFirst(letters.count)
        guard let kind = Self.kinds.first(where: { $0.name == letters }),
            let number = Int(digits), String(number) == digits,
            number > 0 || kind.name.hasSuffix("A")
        else { return nil }
        (self.kind, layer) = (kind, number)
    }
}

extension FieldFault {
    /// A name that is none of the flat dictionary; says which was probably meant.
    fileprivate static func unknownTensor(
        _ name: String, at pointer: JSONPointer, of names: [String]
    ) -> FieldFault {
        let letters = FlatName.kinds.map(\.name)
        // It may be of any layer that is named, or of that of its own number.
        let own = Int(name.drop { !$0.isNumber }.prefix { $0.isNumber }.prefix(3)) ?? 1
        let layers = Set(names.prefix(100).compactMap { FlatName($0)?.layer } + [max(own, 1)])
        let known = layers.sorted().flatMap { layer in letters.map { "\($0)\(layer)" } }
            .filter { FlatName($0) != nil }
        let meant = NameSuggestion.nearest(
            to: name, among: known + TensorKind.ofBatch.map(\.name))
        return FieldFault(
            pointer, "unknown tensor \(name.quoted)",
            hint: meant.map { "did you mean \($0.quoted)?" }
                ?? "a name is one of \(letters.joined(separator: ", ")) and its layer's number, "
                + "as in dW1, or X, Y or dX")
    }
}
