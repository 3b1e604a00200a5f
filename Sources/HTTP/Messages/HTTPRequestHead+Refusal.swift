/// What a server refuses of a head that is well formed, before the body is read.
extension HTTPRequestHead {
    /// The methods of RFC 9110 §9.3 (but CONNECT, which only proxies know) and RFC 5789.
    private static let knownMethods: Set = [
        "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE",
    ]
    private static let methodsWithBody: Set = ["POST", "PUT", "PATCH"]

    /// Refuses a method that no resource of any server of ours could have.
    func checkMethod() throws(HTTPParseError) {
        guard Self.knownMethods.contains(method) else { throw .unknownMethod(method) }
    }

    /// Whether a body is to be expected of which nobody can say where it ends.
    var lacksLength: Bool { framing == .none && Self.methodsWithBody.contains(method) }

    /// Refuses a body that is not announced as it should be, or that will not be read.
    func checkBody(limits: HTTPLimits) throws(HTTPParseError) {
        if version == .http11,
            let other = fields.elements(of: "Expect")
                .first(where: { !$0.equalsIgnoringASCIICase("100-continue") })
        {
            throw .unknownExpectation(other)
        }
        switch framing {
        case .none where lacksLength:
            throw .lengthRequired
        case .length(let length) where length > limits.bodyBytes:
            throw .bodyTooLarge(size: length, limit: limits.bodyBytes)
        case .none, .length, .chunked:
            return
        }
    }
}
