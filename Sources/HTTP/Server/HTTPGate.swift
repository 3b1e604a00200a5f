/// What stands before a responder: it lets requests in, and has the last word on every answer.
///
/// All of it runs on an event loop, so it has to be quick.
public protocol HTTPGate: Sendable {
    /// Lets a request in by its head, before the responder is asked, or answers it.
    func admit(_ exchange: HTTPExchange) -> HTTPAdmission

    /// Completes an answer, whoever has made it.
    func complete(_ response: inout HTTPResponse, of exchange: HTTPExchange)
}

/// What a gate says of a request.
public enum HTTPAdmission: Sendable {
    /// It may go on; `whenOver` is called once, when it has been answered or its client is gone.
    case admitted(whenOver: (@Sendable () -> Void)?)
    /// It is answered with this.
    case answered(HTTPResponse)
}
