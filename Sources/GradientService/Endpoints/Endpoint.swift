import HTTP
import JSON

/// A path, the methods it takes, and what it answers.
struct Endpoint: Sendable {
    /// As it stands in the contract, with `{name}` for a segment that may be any.
    let path: String
    let methods: [String]
    let place: Place
    /// Whether it is answered without a token, and without a limit to how often.
    var isOpen = false
    /// Whether machines ask for it every few seconds.
    var isProbe = false
    let answer: @Sendable (Asked, GradientService) throws(RequestError) -> HTTPAnswer

    /// Where it is answered.
    enum Place {
        /// By its head, at once.
        case atOnce
        /// Beside the workers, however busy they are: it waits for the disk.
        case storing
        /// On a worker, or where it was read if that shows that it is tiny: it computes.
        case computing
        /// On a worker, of which it takes more than its reading shows.
        case training
    }

    /// What stands in place of the path's names, in their order; nil for another path.
    func parameters(of path: String) -> [String]? {
        let own = self.path.split(separator: "/", omittingEmptySubsequences: false)
        let asked = path.split(separator: "/", omittingEmptySubsequences: false)
        guard own.count == asked.count else { return nil }
        var parameters: [String] = []
        for (own, asked) in zip(own, asked) {
            if own.hasPrefix("{"), !asked.isEmpty {
                parameters.append(String(asked))
            } else if own != asked {
                return nil
            }
        }
        return parameters
    }
}

/// What an endpoint is asked.
struct Asked: Sendable {
    let head: HTTPRequestHead
    let content: HTTPRequestContent
    /// What stands in place of the names of its path.
    let parameters: [String]
    /// When the work on it began.
    let start: ContinuousClock.Instant
    let isCancelled: @Sendable () -> Bool
}

extension Endpoint {
    /// An endpoint that is read, and answers a small JSON object.
    static func reading(
        _ path: String, isOpen: Bool = false, isProbe: Bool = false,
        _ write: @escaping @Sendable (inout JSONWriter, GradientService) -> Void
    ) -> Endpoint {
        Endpoint(
            path: path, methods: ["GET", "HEAD"], place: .atOnce, isOpen: isOpen, isProbe: isProbe
        ) {
            _, service throws(RequestError) in
            .now(HTTPResponse(status: .ok) { write(&$0, service) })
        }
    }

    /// An endpoint that a call is posted to.
    static func posting(_ call: any Call.Type) -> Endpoint {
        Endpoint(path: "/" + call.name, methods: ["POST"], place: .computing) {
            asked, service throws(RequestError) in
            try service.answer(call, to: asked)
        }
    }
}

extension HTTPResponse {
    /// A JSON object.
    init(status: HTTPStatus, _ write: (inout JSONWriter) -> Void) {
        var writer = JSONWriter()
        writer.object(write)
        self.init(status: status, contentType: "application/json", body: writer.bytes)
    }
}
