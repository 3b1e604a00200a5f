/// Why a server answers by itself, without asking for a response to a request.
public enum HTTPError: Error, Sendable, Equatable {
    /// The request is not acceptable as a message.
    case message(HTTPParseError)
    /// The head was not whole in time.
    case headTimeout
    /// The body was not whole in time, or came too slowly.
    case bodyTimeout
    /// As many requests wait as may wait; try again after so many seconds.
    case overloaded(retryAfter: Int)

    /// The status that says so.
    public var status: HTTPStatus {
        switch self {
        case .message(let error): error.status
        case .headTimeout, .bodyTimeout: .requestTimeout
        case .overloaded: .serviceUnavailable
        }
    }

    /// The fields without which the status would not be whole; the server adds them.
    public var fields: HTTPFields {
        switch self {
        case .message(.unknownContentCoding): ["Accept-Encoding": "gzip"]
        case .message, .headTimeout, .bodyTimeout: [:]
        case .overloaded(let seconds): ["Retry-After": String(seconds)]
        }
    }
}

extension HTTPError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .message(let error): error.description
        case .headTimeout: "the head of the request took too long"
        case .bodyTimeout: "the body of the request took too long"
        case .overloaded(let seconds): "too much work is waiting, try again in \(seconds) s"
        }
    }
}
