/// What a caller names a request by, so that sending it twice starts one run.
public struct IdempotencyKey: Sendable, Hashable, CustomStringConvertible {
    public let description: String

    /// The longest, in bytes.
    public static let limit = 255

    /// Nil for a text that is empty, longer than the limit or has control characters.
    public init?(_ text: String) {
        guard (1...Self.limit).contains(text.utf8.count),
            text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F })
        else { return nil }
        description = text
    }
}
