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
    /// As many bytes of bodies are held as may be; try again after so many seconds.
    case noRoomForBody(retryAfter: Int)
    /// The peer has as many connections as it may; try again after so many seconds.
    case tooManyConnections(limit: Int, retryAfter: Int)

    /// The status that says so.
    public var status: HTTPStatus {
        switch self {
        case .message(let error): error.status
        case .headTimeout, .bodyTimeout: .requestTimeout
        case .overloaded, .noRoomForBody, .tooManyConnections: .serviceUnavailable
        }
    }

    /// The fields without which the status would not be whole; the server adds them.
    public var fields: HTTPFields {
        switch self {
        case .message(.unknownContentCoding): ["Accept-Encoding": "gzip"]
        case .message, .headTimeout, .bodyTimeout: [:]
        case .overloaded(let seconds), .noRoomForBody(let seconds),
            .tooManyConnections(_, let seconds):
            ["Retry-After": String(seconds)]
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
        case .noRoomForBody(let seconds):
            "the bodies of other requests take all the room, try again in \(seconds) s"
        case .tooManyConnections(let limit, let seconds):
            "\(limit) connections of this address are open already, try again in \(seconds) s"
        }
    }
}
