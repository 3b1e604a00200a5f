import HTTP

/// The pages of other sites that may call from a browser, by the origins that are named (Fetch §3.3).
public struct CrossOrigin: Sendable, Equatable {
    /// The methods and the fields that such a page may send.
    private static let methods = "GET, HEAD, POST, DELETE"
    private static let requestFields =
        "Authorization, Content-Type, Prefer, Idempotency-Key, Last-Event-ID, X-Request-Id, "
        + "traceparent"
    /// What it may read of an answer beside what it always may.
    private static let exposed =
        "Location, Retry-After, X-Request-Id, Server-Timing, Preference-Applied, WWW-Authenticate"
    /// Seconds for which a browser need not ask again.
    private static let age = "600"

    private let origins: Set<String>

    public init(origins: [String] = []) { self.origins = Set(origins) }

    /// Whether a text is an origin as browsers write them: `https://host[:port]`, in small letters.
    public static func isOrigin(_ text: String) -> Bool {
        guard let scheme = ["http://", "https://"].first(where: { text.hasPrefix($0) }) else {
            return false
        }
        let authority = Array(text.utf8.dropFirst(scheme.utf8.count))
        // Of what else could stand there no host is made; a pattern is none either.
        return text == text.lowercased() && HTTPAuthority.isValid(authority[...])
            && authority.allSatisfy { $0.isUnreserved || ":[]".utf8.contains($0) }
    }

    /// The answer to a browser that asks whether a page may send a request; nil for other requests,
    /// and for pages that may not.
    func preflight(_ head: HTTPRequestHead) -> HTTPResponse? {
        guard head.method == "OPTIONS", origin(of: head) != nil,
            head.fields["Access-Control-Request-Method"] != nil
        else { return nil }
        return HTTPResponse(
            status: .noContent,
            fields: [
                "Access-Control-Allow-Methods": Self.methods,
                "Access-Control-Allow-Headers": Self.requestFields,
                "Access-Control-Max-Age": Self.age,
            ])
    }

    /// Lets the page that asks read the answer, if it is named.
    func complete(_ fields: inout HTTPFields, of head: HTTPRequestHead?) {
        guard !origins.isEmpty else { return }
        fields.append("Vary", "Origin")
        guard let head, let origin = origin(of: head) else { return }
        fields.append("Access-Control-Allow-Origin", origin)
        fields.append("Access-Control-Expose-Headers", Self.exposed)
    }

    /// The origin of a request, if it is one that is named.
    private func origin(of head: HTTPRequestHead) -> String? {
        guard !origins.isEmpty else { return nil }
        let values = head.fields.values(of: "Origin")
        guard values.count == 1, origins.contains(values[0]) else { return nil }
        return values[0]
    }
}
