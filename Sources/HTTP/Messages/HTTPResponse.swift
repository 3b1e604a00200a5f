/// What an answer carries.
public enum HTTPContent: Sendable {
    /// All of it, in pieces as they lie in memory. An answer to HEAD carries it too: the server leaves
    /// it off the wire.
    case bytes([[UInt8]])
    /// What is made while it is sent.
    case stream(any HTTPBodyStream)

    /// What is known of its length.
    public var byteCount: Int {
        switch self {
        case .bytes(let pieces): pieces.reduce(0) { $0 + $1.count }
        case .stream: 0
        }
    }
}

/// An answer, before it is framed: `Date`, `Connection` and the fields that tell where the content
/// ends are the server's.
public struct HTTPResponse: Sendable {
    public var status: HTTPStatus
    public var fields: HTTPFields
    public var content: HTTPContent
    /// The name of what is refused, for logs and counters; the client is not told by it.
    public var problem: String?
    /// What the content has of a bound that the responder keeps: let go of when the client has taken
    /// all of it, or is gone. Content without it counts with the bodies.
    public var room: (any Sendable)?
    /// What the responder has measured of its work.
    public var timings: [HTTPTiming] = []

    public init(status: HTTPStatus, fields: HTTPFields = [:], content: HTTPContent) {
        self.status = status
        self.fields = fields
        self.content = content
    }

    public init(status: HTTPStatus, fields: HTTPFields = [:], body: [UInt8] = []) {
        self.init(status: status, fields: fields, content: .bytes([body]))
    }

    /// An answer whose content is of the given type.
    public init(status: HTTPStatus, contentType: String, body: [UInt8]) {
        self.init(status: status, fields: ["Content-Type": contentType], body: body)
    }

    /// An answer whose content is in pieces.
    public init(status: HTTPStatus, contentType: String, pieces: [[UInt8]]) {
        self.init(status: status, fields: ["Content-Type": contentType], content: .bytes(pieces))
    }

    /// An answer that goes on for as long as its stream does.
    public init(status: HTTPStatus, contentType: String, stream: any HTTPBodyStream) {
        self.init(status: status, fields: ["Content-Type": contentType], content: .stream(stream))
    }

    /// The content in one piece where it is bytes; empty where it is a stream.
    public var body: [UInt8] {
        switch content {
        case .bytes(let pieces): pieces.count == 1 ? pieces[0] : Array(pieces.joined())
        case .stream: []
        }
    }
}
