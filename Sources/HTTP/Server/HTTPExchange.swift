/// A request and its answer, as an access log tells of them.
public struct HTTPExchange: Sendable {
    /// Nil where no head was understood.
    public let head: HTTPRequestHead?
    public let status: HTTPStatus
    /// The content of the answer, also where HEAD leaves it off; of a stream, what was sent of it.
    public let bodyBytes: Int
    /// From the first byte of the request to the answer, or to the end of a stream.
    public let duration: Duration
}
