/// Why there is no answer. An answer with a status of 400 or more is not an error but a `Response`.
public enum GradientClientError: Error, Equatable, Sendable {
    /// The method, path or a field cannot stand in an HTTP request; nothing was sent.
    case invalidRequest(String)
    /// The server's name was not found or nothing listens there.
    case unreachable(String)
    /// The time for connecting or for the whole call ran out.
    case timedOut(String)
    /// The answer's body is longer than the client was told to take.
    case answerTooLong(limit: Int)
    /// Any other failure, with libcurl's number and text for it.
    case transferFailed(code: UInt32, String)
}

extension GradientClientError: CustomStringConvertible {
    /// One line that says what went wrong, mostly in libcurl's words.
    public var description: String {
        switch self {
        case .invalidRequest(let reason): reason
        case .unreachable(let text), .timedOut(let text): text
        case .answerTooLong(let limit): "the answer is longer than \(limit) bytes"
        case .transferFailed(let code, let text): "\(text) (libcurl error \(code))"
        }
    }
}
