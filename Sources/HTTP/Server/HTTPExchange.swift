/// A request and its answer, as an access log tells of them.
public struct HTTPExchange: Sendable {
    /// Nil where no head was understood.
    public let head: HTTPRequestHead?
    public let status: HTTPStatus
    /// The content of the answer, also where HEAD leaves it off.
    public let bodyBytes: Int
    /// From the first byte of the request to the answer.
    public let duration: Duration
}
