import Dispatch

/// The versions that are spoken; a later 1.x is read as 1.1 (RFC 9110 §2.5).
public enum HTTPVersion: Sendable, Equatable {
    case http10
    case http11
}

/// All of a request that stands before its body.
public struct HTTPRequestHead: Sendable, Equatable {
    /// The method as it was sent: methods are case-sensitive.
    public let method: String
    /// The target as it was sent.
    public let target: String
    /// The target's path without the query, percent-decoded; `*` for the whole server.
    public let path: String
    /// What stands behind the target's first `?`, as it was sent.
    public let query: String?
    public let version: HTTPVersion
    public let fields: HTTPFields
    /// How the end of the body is told.
    public let framing: HTTPBodyFraming

    /// A head whose target and framing are valid; `Host` is for the parser to ask for.
    public init(
        method: String, target: String, version: HTTPVersion = .http11, fields: HTTPFields = [:]
    ) throws(HTTPParseError) {
        let parts = try HTTPTarget(target, method: method)
        self.method = method
        self.target = target
        self.path = parts.path
        self.query = parts.query
        self.version = version
        self.fields = fields
        self.framing = try HTTPBodyFraming(fields: fields, version: version)
    }

    /// Whether the connection may serve another request (RFC 9112 §9.3).
    var keepsAlive: Bool {
        let options = fields.elements(of: "Connection")
        if options.contains(where: { $0.equalsIgnoringASCIICase("close") }) { return false }
        return version == .http11
            || options.contains { $0.equalsIgnoringASCIICase("keep-alive") }
    }

    /// Whether the client waits for `100 Continue`, which HTTP/1.0 does not know.
    var expectsContinue: Bool { version == .http11 && fields["Expect"] != nil }
}

/// A whole request.
public struct HTTPRequest: Sendable {
    public let head: HTTPRequestHead
    /// The content, without transfer coding; as a rule with 64 bytes of capacity to spare.
    public let content: HTTPRequestContent

    public init(head: HTTPRequestHead, body: [UInt8] = []) {
        self.head = head
        content = HTTPRequestContent(body)
    }

    /// The content, if nobody has taken it.
    public var body: [UInt8] { content.bytes }
}

/// The content of a request, which may be large: whoever takes it is its only owner, and may let go
/// of it before the request is answered.
// The lock is a queue and not a `Mutex`, whose locking on Linux the thread sanitizer cannot see.
public final class HTTPRequestContent: @unchecked Sendable {
    /// One for all, as each has its turns for some nanoseconds alone, and to make a queue takes longer.
    private static let turns = DispatchQueue(label: "http.content")
    private var held: [UInt8]
    /// What it has of the room for bodies; nil outside of a server.
    private var share: BodyShare?

    init(_ bytes: [UInt8]) { held = bytes }

    /// Has what is made of it counted too.
    func count(in share: BodyShare?) { Self.turns.sync { self.share = share } }

    /// The bytes that are held.
    public var count: Int { Self.turns.sync { held.count } }

    /// Empty once it was taken.
    public var bytes: [UInt8] { Self.turns.sync { held } }

    public func take() -> [UInt8] {
        Self.turns.sync {
            defer { held = [] }
            return held
        }
    }

    /// The content as it was before it was coded, for which this one is taken; refused where it is
    /// longer than the limit, however short it came, or where there is no room for it.
    public func decoded(
        from coding: HTTPContentCoding, limit: Int
    ) throws(HTTPError) -> HTTPRequestContent {
        guard coding != .identity else { return self }
        let share = Self.turns.sync { self.share }
        return HTTPRequestContent(try coding.decoded(take(), limit: limit, share: share))
    }
}
