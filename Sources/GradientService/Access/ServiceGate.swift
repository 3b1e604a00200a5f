import Dispatch
import HTTP

/// Decides who is let in to the service, and completes what is answered.
// `tokens` is touched on `turns` only, whence `@unchecked Sendable`.
public final class ServiceGate: HTTPGate, @unchecked Sendable {
    private let settings: AccessSettings
    private let rate: RateLimiter?
    private let concurrency: ConcurrencyLimiter?
    private let turns = DispatchQueue(label: "access.tokens")
    private var tokens: BearerTokens?

    public init(_ settings: AccessSettings = .init()) {
        self.settings = settings
        tokens = settings.tokens
        rate =
            settings.requestsPerSecond > 0
            ? RateLimiter(perSecond: settings.requestsPerSecond, burst: settings.burstInForce) : nil
        concurrency = settings.atOnce > 0 ? ConcurrencyLimiter(limit: settings.atOnce) : nil
    }

    /// From now on these tokens count, and no others.
    public func replaceTokens(_ tokens: BearerTokens?) {
        turns.sync { self.tokens = tokens }
    }

    public func admit(_ exchange: HTTPExchange) -> HTTPAdmission {
        guard let head = exchange.head else { return .admitted(whenOver: nil) }
        do throws(AccessError) {
            try settings.hosts?.check(head)
            // Browsers ask without the token that the page will send.
            if let preflight = settings.origins.preflight(head) { return .answered(preflight) }
            if Route(head.path)?.endpoint.isOpen == true { return .admitted(whenOver: nil) }
            let caller = try caller(of: head, at: exchange.peer)
            try rate?.take(caller)
            guard let concurrency else { return .admitted(whenOver: nil) }
            try concurrency.enter(caller)
            return .admitted { concurrency.leave(caller) }
        } catch {
            return .answered(HTTPResponse(refusing: .access(error)))
        }
    }

    private func caller(
        of head: HTTPRequestHead, at address: String
    ) throws(AccessError) -> Caller {
        guard let tokens = turns.sync(execute: { tokens }) else { return .at(address) }
        do throws(AccessError) {
            return .token(try tokens.caller(of: head))
        } catch {
            // Who guesses tokens is held back like anybody else.
            try rate?.take(.at(address))
            throw error
        }
    }

    public func complete(_ response: inout HTTPResponse, of exchange: HTTPExchange) {
        response.fields.append(HTTPRequestID.fieldName, exchange.id.description)
        SecurityFields.complete(&response.fields)
        settings.origins.complete(&response.fields, of: exchange.head)
        if response.status.code >= 500 { response.nameInProblem(exchange.id) }
    }
}

extension HTTPResponse {
    /// Puts the name of the request into a problem, so that whoever is shown it can tell which.
    fileprivate mutating func nameInProblem(_ id: HTTPRequestID) {
        var body = self.body
        guard fields["Content-Type"] == "application/problem+json", body.last == UInt8(ascii: "}")
        else { return }
        body.removeLast()
        // The characters of a name are such that JSON has nothing to escape.
        body += ",\"request_id\":\"\(id)\"}".utf8
        content = .bytes([body])
    }
}
