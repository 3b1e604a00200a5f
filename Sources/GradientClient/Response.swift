/// A header field, as in `Content-Type: application/json`.
public struct Field: Equatable, Sendable {
    /// The name; upper and lower case mean the same.
    public var name: String
    /// The value, without the white space around it.
    public var value: String

    /// A field with this name and value.
    public init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

/// The server's answer, whatever its status.
public struct Response: Equatable, Sendable {
    /// The status, such as 200 or 422.
    public var status: Int
    /// The header fields in the order in which they came.
    public var fields: [Field]
    /// The body's bytes.
    public var body: [UInt8]

    /// An answer with this content.
    public init(status: Int, fields: [Field] = [], body: [UInt8] = []) {
        self.status = status
        self.fields = fields
        self.body = body
    }

    /// The value of the first field with this name, in upper or lower case, or nil.
    public func value(of name: String) -> String? {
        let wanted = name.lowercased()
        return fields.first { $0.name.lowercased() == wanted }?.value
    }

    /// The body as text; bytes that are not UTF-8 come out as replacement characters.
    public var text: String { String(decoding: body, as: UTF8.self) }
}
