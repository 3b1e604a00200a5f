import JSON
import NeuralNetwork

/// How a value of one kind is read from JSON.
struct FieldDecoder<Value> {
    let decode: (JSONCursor) throws(InvalidFields) -> Value

    init(_ decode: @escaping (JSONCursor) throws(InvalidFields) -> Value) {
        self.decode = decode
    }

    /// A value that the JSON module can read, its error taken over.
    private init(json: @escaping (JSONCursor) throws(JSONValueError) -> Value) {
        self.init { (cursor) throws(InvalidFields) in
            do throws(JSONValueError) {
                return try json(cursor)
            } catch {
                throw InvalidFields(FieldFault(error.pointer, error.reason))
            }
        }
    }
}

extension FieldDecoder where Value == Bool {
    static var flag: FieldDecoder {
        FieldDecoder { (cursor) throws(JSONValueError) in try cursor.boolean() }
    }
}

extension FieldDecoder where Value == String {
    static var text: FieldDecoder {
        FieldDecoder { (cursor) throws(JSONValueError) in try cursor.string() }
    }
}

extension FieldDecoder where Value == Double {
    static func number(in range: ClosedRange<Double>) -> FieldDecoder {
        FieldDecoder { (cursor) throws(JSONValueError) in try cursor.number() }.limited(to: range)
    }
}

extension FieldDecoder where Value == Int {
    /// A whole number, however it is written: 3, 3.0 and 3e0 are one.
    static func integer(in range: ClosedRange<Int>) -> FieldDecoder {
        let number = FieldDecoder<Double> { (cursor) throws(JSONValueError) in
            try cursor.number()
        }
        let whole = FieldDecoder { (cursor) throws(InvalidFields) in
            let found = try number.decode(cursor)
            guard let whole = Int(exactly: found) else {
                throw InvalidFields(
                    FieldFault(
                        cursor.pointer,
                        "expected a whole number from \(range.lowerBound) to "
                            + "\(range.upperBound), found \(found)"))
            }
            return whole
        }
        return whole.limited(to: range)
    }
}

extension FieldDecoder where Value: Comparable {
    /// The same, refusing values that are out of range.
    private func limited(to range: ClosedRange<Value>) -> FieldDecoder {
        FieldDecoder { (cursor) throws(InvalidFields) in
            let value = try decode(cursor)
            guard range.contains(value) else {
                throw InvalidFields(
                    FieldFault(
                        cursor.pointer,
                        "\(value) is out of range: expected \(range.lowerBound) to "
                            + "\(range.upperBound)"))
            }
            return value
        }
    }
}

extension FieldDecoder where Value == WireArray {
    static var array: FieldDecoder {
        let numbers = FieldDecoder<JSONNumbers> { (cursor) throws(JSONValueError) in
            try cursor.numbers()
        }
        return FieldDecoder { (cursor) throws(InvalidFields) in
            WireArray(pointer: cursor.pointer, numbers: try numbers.decode(cursor))
        }
    }
}

extension FieldDecoder where Value == String {
    /// One of a few words.
    static func word(_ what: String, among words: [String]) -> FieldDecoder {
        FieldDecoder { (cursor) throws(InvalidFields) in
            let word = try text.decode(cursor)
            guard words.contains(word) else {
                throw InvalidFields(
                    .unknownName(what, word, at: cursor.pointer, known: words))
            }
            return word
        }
    }
}

extension FieldDecoder where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
    /// One of an enumeration's names.
    static func word(_ what: String) -> FieldDecoder {
        FieldDecoder { (cursor) throws(InvalidFields) in
            let word = try FieldDecoder<String>.text.decode(cursor)
            guard let value = Value(rawValue: word) else {
                throw InvalidFields(
                    .unknownName(
                        what, word, at: cursor.pointer, known: Value.allCases.map(\.rawValue)))
            }
            return value
        }
    }
}

extension FieldDecoder {
    /// A list, each element read alike; what is wrong with any of them is told together.
    static func list<Element>(
        of element: FieldDecoder<Element>
    ) -> FieldDecoder where Value == [Element] {
        let elements = FieldDecoder<JSONElements> { (cursor) throws(JSONValueError) in
            try cursor.elements()
        }
        return FieldDecoder { (cursor) throws(InvalidFields) in
            var faults: [FieldFault] = []
            var untold = 0
            var values: [Element] = []
            for cursor in try elements.decode(cursor) {
                do throws(InvalidFields) {
                    values.append(try element.decode(cursor))
                } catch {
                    faults += error.faults
                    untold += error.untold
                    if faults.count + untold >= InvalidFields.counted { break }
                }
            }
            if !faults.isEmpty { throw InvalidFields(faults, untold: untold) }
            return values
        }
    }
}
