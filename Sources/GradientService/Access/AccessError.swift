import HTTP

/// Why a request is not let in.
enum AccessError: Error, Equatable {
    /// Its `Host` is none of ours: a name that somebody else has pointed here.
    case misdirected(host: String)
    /// It has no token, although one is wanted.
    case noToken
    /// Its token is none of those that are known, or not sent as one.
    case wrongToken
    /// Its caller asks more often than it may.
    case tooOften(wait: Duration)
    /// As many requests of its caller are at work as may be.
    case tooManyAtOnce(limit: Int)

    var status: HTTPStatus {
        switch self {
        case .misdirected: .misdirectedRequest
        case .noToken, .wrongToken: .unauthorized
        case .tooOften, .tooManyAtOnce: .tooManyRequests
        }
    }

    /// A name for programs: the last part of the problem's `type`.
    var type: String {
        switch self {
        case .misdirected: "misdirected"
        case .noToken, .wrongToken: "unauthorized"
        case .tooOften: "rate_limited"
        case .tooManyAtOnce: "too_many_at_once"
        }
    }

    var title: String {
        switch self {
        case .misdirected: "The request is for another host"
        case .noToken, .wrongToken: "The caller is not known"
        case .tooOften: "The caller asks too often"
        case .tooManyAtOnce: "The caller asks for too much at once"
        }
    }

    var detail: String {
        switch self {
        case .misdirected(let host):
            "\(host.quoted) is no name of this service; --allowed-host adds one"
        case .noToken: "Authorization is missing, expected \"Bearer\" and a token"
        case .wrongToken: "Authorization is not \"Bearer\" and one token that is known here"
        case .tooOften(let wait): "there is room for another request in \(Self.seconds(wait)) s"
        case .tooManyAtOnce(let limit): "\(limit) requests of this caller are at work already"
        }
    }

    /// The fields without which the status would not be whole (RFC 6750 §3, RFC 6585 §4).
    var fields: HTTPFields {
        switch self {
        case .misdirected: [:]
        case .noToken: ["WWW-Authenticate": #"Bearer realm="gradientd""#]
        case .wrongToken:
            ["WWW-Authenticate": #"Bearer realm="gradientd", error="invalid_token""#]
        case .tooOften(let wait): ["Retry-After": String(Self.seconds(wait))]
        case .tooManyAtOnce: ["Retry-After": "1"]
        }
    }

    /// Whole seconds, so many that it is not too early after them.
    private static func seconds(_ wait: Duration) -> Int64 {
        let (seconds, attoseconds) = wait.components
        return max(seconds + (attoseconds > 0 ? 1 : 0), 1)
    }
}
