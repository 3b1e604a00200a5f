import JSON

/// Reads the fields of one object and gathers what is wrong with them, so that a caller is told
/// everything at once; at its end it refuses the fields that nobody asked for.
///
/// A field that is at fault reads as nil. `finish` hands the values on once there is no fault.
struct FieldReader {
    let pointer: JSONPointer
    /// A list, as most objects have few fields.
    private let members: [(name: String, value: JSONCursor)]
    private var known: [String] = []
    private(set) var faults: [FieldFault] = []
    /// How many faults were too many to be told.
    private var untold = 0

    init(_ json: JSONCursor) throws(InvalidFields) {
        pointer = json.pointer
        do throws(JSONValueError) {
            members = try json.members()
        } catch {
            throw InvalidFields(FieldFault(error.pointer, error.reason))
        }
    }

    func has(_ name: String) -> Bool { member(name) != nil }

    private func member(_ name: String) -> JSONCursor? {
        for member in members where member.name == name { return member.value }
        return nil
    }

    /// A field that must be there.
    mutating func required<Value>(
        _ name: String, _ decoder: @autoclosure () -> FieldDecoder<Value>
    ) -> Value? {
        if let value = optional(name, decoder()) { return value }
        if !has(name) {
            faults.append(FieldFault(pointer, "\(name.quoted) is missing"))
        }
        return nil
    }

    /// A field that may be left out, for a default.
    mutating func optional<Value>(
        _ name: String, _ decoder: @autoclosure () -> FieldDecoder<Value>,
        default value: @autoclosure () -> Value
    ) -> Value? {
        known.append(name)
        guard let cursor = member(name) else { return value() }
        return gather { () throws(InvalidFields) in try decoder().decode(cursor) }
    }

    /// A field that may be left out: nil then, and nil at fault, which `finish` tells apart.
    mutating func optional<Value>(
        _ name: String, _ decoder: @autoclosure () -> FieldDecoder<Value>
    ) -> Value? {
        known.append(name)
        guard let cursor = member(name) else { return nil }
        return gather { () throws(InvalidFields) in try decoder().decode(cursor) }
    }

    /// What a step of decoding gives, or nil and its faults gathered.
    mutating func gather<Value>(_ step: () throws(InvalidFields) -> Value) -> Value? {
        do throws(InvalidFields) {
            return try step()
        } catch {
            faults += error.faults
            untold += error.untold
            return nil
        }
    }

    mutating func refuse(_ fault: FieldFault) {
        faults.append(fault)
    }

    mutating func refuse(missing name: String) {
        faults.append(FieldFault(pointer, "\(name.quoted) is missing"))
    }

    /// Throws all faults together, those of unknown fields included; then gives the values.
    func finish<each Value>(
        _ value: repeat (each Value)?
    ) throws(InvalidFields) -> (repeat each Value) {
        try refuse()
        return (repeat (each value)!)
    }

    private func refuse() throws(InvalidFields) {
        if faults.isEmpty, members.allSatisfy({ known.contains($0.name) }) { return }
        let unknown = members.map(\.name).filter { !known.contains($0) }.sorted()
        let told = unknown.prefix(InvalidFields.maximum).map { name in
            FieldFault.unknownField(name, at: pointer.appending(name), known: known)
        }
        throw InvalidFields(faults + told, untold: untold + unknown.count - told.count)
    }
}
