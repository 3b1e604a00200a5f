/// An answer, before it is framed: `Date`, `Content-Length` and `Connection` are the server's.
public struct HTTPResponse: Sendable {
    public var status: HTTPStatus
    public var fields: HTTPFields
    /// The whole content. An answer to HEAD carries it too: the server leaves it off the wire.
    public var body: [UInt8]

    public init(status: HTTPStatus, fields: HTTPFields = [:], body: [UInt8] = []) {
        self.status = status
        self.fields = fields
        self.body = body
    }

    /// An answer whose content is of the given type.
    public init(status: HTTPStatus, contentType: String, body: [UInt8]) {
        self.init(status: status, fields: ["Content-Type": contentType], body: body)
    }
}
