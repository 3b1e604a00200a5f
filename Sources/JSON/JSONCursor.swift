import CSimdJSON

/// What a value is.
public enum JSONKind: Sendable {
    case object, array, string, number, boolean, null
}

extension JSONKind: CustomStringConvertible {
    /// With its article, for messages: `a string`.
    public var description: String {
        switch self {
        case .object: "an object"
        case .array: "an array"
        case .string: "a string"
        case .number: "a number"
        case .boolean: "a boolean"
        case .null: "null"
        }
    }

    init(_ kind: csimdjson_kind) {
        switch kind {
        case csimdjson_object: self = .object
        case csimdjson_array: self = .array
        case csimdjson_string: self = .string
        case csimdjson_boolean: self = .boolean
        case csimdjson_null: self = .null
        default: self = .number
        }
    }
}

/// A value that is not what was expected.
public struct JSONValueError: Error, Equatable {
    /// Where it is.
    public let pointer: JSONPointer
    /// What was found and what was expected.
    public let reason: String
}

/// A value of a document, and its pointer.
public struct JSONCursor {
    public let pointer: JSONPointer
    let element: csimdjson_element
    let document: JSONDocument
    /// What it is of a long array, for which the element is a string.
    let part: JSONArrayPart?

    init(_ document: JSONDocument, _ element: csimdjson_element, _ pointer: JSONPointer) {
        self.document = document
        self.element = element
        self.pointer = pointer
        part =
            document.hasLongArrays && JSONKind(csimdjson_kind_of(element)) == .string
            ? document.longArray(for: Self.text(of: element)).map { JSONArrayPart(of: $0) } : nil
    }

    /// An element of a long array.
    init(_ document: JSONDocument, _ part: JSONArrayPart, in whole: JSONCursor, at index: Int) {
        self.document = document
        element = whole.element
        pointer = whole.pointer.appending(index)
        self.part = part
    }

    public var kind: JSONKind { part?.kind ?? JSONKind(csimdjson_kind_of(element)) }

    /// The most members that an object can have: each takes more room than its text.
    static let maximumMembers = 1000

    /// An object's members in order; a name that stands there twice is refused.
    public func members() throws(JSONValueError) -> [(name: String, value: JSONCursor)] {
        try expect(.object)
        var members: [(name: String, value: JSONCursor)] = []
        // Compared byte for byte: Swift's strings are equal where only Unicode's are.
        var names = NameSet()
        var iterator = csimdjson_iterate(element)
        var name: UnsafePointer<CChar>?
        var length = 0
        var value = csimdjson_element()
        while csimdjson_next_member(&iterator, &name, &length, &value) {
            guard members.count < Self.maximumMembers else {
                throw JSONValueError(
                    pointer: pointer, reason: "an object has at most \(Self.maximumMembers) names")
            }
            let name = String(bytes: name, count: length)
            let place = pointer.appending(name)
            guard names.insert(name, beside: members) else {
                throw JSONValueError(pointer: place, reason: "the name stands in its object twice")
            }
            members.append((name, JSONCursor(document, value, place)))
        }
        return members
    }

    /// An array's elements, one after the other.
    public func elements() throws(JSONValueError) -> JSONElements {
        try expect(.array)
        return JSONElements(of: self)
    }

    public func string() throws(JSONValueError) -> String {
        String(decoding: try text(), as: UTF8.self)
    }

    /// A string as it stands in the document, which keeps it: UTF-8, as simdjson has found.
    func text() throws(JSONValueError) -> UnsafeBufferPointer<UInt8> {
        try expect(.string)
        return Self.text(of: element)
    }

    private static func text(of string: csimdjson_element) -> UnsafeBufferPointer<UInt8> {
        var length = 0
        let bytes = UnsafeRawPointer(csimdjson_string_of(string, &length))
        return UnsafeBufferPointer(
            start: bytes.assumingMemoryBound(to: UInt8.self), count: length)
    }

    public func number() throws(JSONValueError) -> Double {
        try expect(.number)
        return part?.number ?? csimdjson_number_of(element)
    }

    /// A whole number; 3.0 is one too. From 2⁵³ on float64 does not hold each one (RFC 8259 §6).
    public func integer() throws(JSONValueError) -> Int {
        let number = try number()
        guard number == number.rounded() else {
            throw JSONValueError(
                pointer: pointer, reason: "expected a whole number, found \(number)")
        }
        guard abs(number) < 0x1p53 else {
            throw JSONValueError(
                pointer: pointer,
                reason: "expected a whole number of less than 2^53, found \(number)")
        }
        return Int(number)
    }

    /// The bytes of a string in base64.
    public func base64() throws(JSONValueError) -> [UInt8] {
        let text = try text()
        do throws(Base64.DecodingError) {
            return try Base64.bytes(from: text)
        } catch {
            throw JSONValueError(pointer: pointer, reason: error.reason)
        }
    }

    public func boolean() throws(JSONValueError) -> Bool {
        try expect(.boolean)
        return csimdjson_boolean_of(element)
    }

    func expect(_ expected: JSONKind) throws(JSONValueError) {
        let found = kind
        guard found == expected else {
            throw JSONValueError(pointer: pointer, reason: "expected \(expected), found \(found)")
        }
    }
}

/// The names of an object so far: of a few the list itself, which is faster.
private struct NameSet {
    private var names: Set<[UInt8]> = []

    /// Whether it is a new one.
    mutating func insert(_ name: String, beside members: [(name: String, value: JSONCursor)])
        -> Bool
    {
        guard members.count >= 16 else {
            return !members.contains { $0.name.utf8.elementsEqual(name.utf8) }
        }
        if names.isEmpty { names = Set(members.map { Array($0.name.utf8) }) }
        return names.insert(Array(name.utf8)).inserted
    }
}

/// The elements of an array, made as they are asked for.
public struct JSONElements: Sequence, IteratorProtocol {
    private let array: JSONCursor
    private var iterator: csimdjson_iterator?
    private var index = 0

    init(of array: JSONCursor) {
        self.array = array
        iterator = array.part == nil ? csimdjson_iterate(array.element) : nil
    }

    public mutating func next() -> JSONCursor? {
        if let part = array.part {
            guard index < part.count else { return nil }
            defer { index += 1 }
            return JSONCursor(array.document, part.element(index), in: array, at: index)
        }
        var element = csimdjson_element()
        guard csimdjson_next_element(&iterator!, &element) else { return nil }
        defer { index += 1 }
        return JSONCursor(array.document, element, array.pointer.appending(index))
    }
}

extension String {
    /// Bytes that simdjson has found to be UTF-8.
    fileprivate init(bytes: UnsafePointer<CChar>?, count: Int) {
        let bytes = UnsafeRawBufferPointer(start: bytes, count: count)
        self = String(decoding: bytes, as: UTF8.self)
    }
}
