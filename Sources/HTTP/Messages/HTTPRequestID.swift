import Synchronization

/// The name of a request in logs and answers: the caller's `X-Request-Id`, or one of our own.
public struct HTTPRequestID: Sendable, Hashable, CustomStringConvertible {
    public static let fieldName = "X-Request-Id"
    /// The longest name that is taken.
    public static let limit = 128

    public let description: String

    /// The name that a caller gives, if it is of 1 to 128 letters, digits and `-._~+/=:@`.
    public init?(_ text: String) {
        let bytes = text.utf8
        guard (1...Self.limit).contains(bytes.count), bytes.allSatisfy(Self.isAllowed) else {
            return nil
        }
        description = text
    }

    /// The name in a head that gives one, and only one; else one that nobody else has.
    public init(of head: HTTPRequestHead?) {
        let given = head?.fields.values(of: Self.fieldName) ?? []
        self = (given.count == 1 ? Self(given[0]) : nil) ?? Self()
    }

    /// A name that nobody else has: drawn for this process, and counted in it.
    private init() {
        let number = Self.made.wrappingAdd(1, ordering: .relaxed).newValue
        description = Self.process + "-" + String(number, radix: 16)
    }

    private static let made = Atomic(0)
    private static let process = {
        let digits = String(UInt64.random(in: 0 ... .max), radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }()

    private static func isAllowed(_ byte: UInt8) -> Bool {
        byte.isToken68Character || byte == .colon || byte == UInt8(ascii: "@")
    }
}
