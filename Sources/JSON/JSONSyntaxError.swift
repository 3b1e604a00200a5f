/// Why a text is not JSON (RFC 8259), and where.
public struct JSONSyntaxError: Error, Equatable {
    /// From 1.
    public let line: Int
    /// From 1, in characters.
    public let column: Int
    /// The value in which the text breaks, or the object or array if it breaks between two of them.
    public let pointer: JSONPointer
    public let reason: String
}
