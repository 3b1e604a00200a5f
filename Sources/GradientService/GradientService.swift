import HTTP
import JSON

/// What the program is for: an HTTP request about a network in, its answer out. Pure but for the
/// endpoints that tell of the service itself.
public struct GradientService: HTTPResponder {
    public let limits: ServiceLimits
    public let http: HTTPLimits

    public init(limits: ServiceLimits = .init(), http: HTTPLimits = .init()) {
        self.limits = limits
        self.http = http
    }

    /// All that can be called.
    static let endpoints: [Endpoint] =
        calls.map { .posting($0) } + [.catalog, .health, .limits, .contract]
    static let calls: [any Call.Type] = computations + [Convert.self]
    static let computations: [any Computation.Type] = [
        Forward.self, Backward.self, Check.self, Train.self,
    ]

    public func earlyAnswer(to head: HTTPRequestHead) -> HTTPResponse? {
        do throws(RequestError) {
            let endpoint = try Self.endpoint(for: head)
            return endpoint.computes ? nil : try endpoint.answer([], self) { false }
        } catch {
            return HTTPResponse(refusing: error)
        }
    }

    public func respond(
        to request: HTTPRequest, isCancelled: @escaping @Sendable () -> Bool
    ) -> HTTPResponse {
        let start = ContinuousClock.now
        do throws(RequestError) {
            return try Self.endpoint(for: request.head)
                .answer(request.body, self, isCancelled)
        } catch .cancelled {
            let isOutOfTime = .now - start >= http.computingTime
            return HTTPResponse(refusing: isOutOfTime ? .outOfTime(http.computingTime) : .stopping)
        } catch {
            return HTTPResponse(refusing: error)
        }
    }

    public func response(to error: HTTPError) -> HTTPResponse {
        HTTPResponse(refusing: .message(error))
    }

    /// The answer of a call, such as `backward`, to a body, as without a server.
    ///
    /// Its status is 400 or more for a refusal; nil if there is no such call.
    public func answer(_ call: String, body: [UInt8]) -> HTTPResponse? {
        guard let call = Self.calls.first(where: { $0.name == call }) else { return nil }
        do throws(RequestError) {
            return try Endpoint.posting(call).answer(body, self) { false }
        } catch {
            return HTTPResponse(refusing: error)
        }
    }

    /// The endpoint that a head asks for; refuses what no endpoint takes.
    private static func endpoint(for head: HTTPRequestHead) throws(RequestError) -> Endpoint {
        let all = endpoints + [.wholeServer]
        guard let endpoint = all.first(where: { $0.path == head.path }) else {
            throw .unknownPath(head.path)
        }
        guard endpoint.methods.contains(head.method) else {
            throw .methodNotAllowed(head.method, allowed: endpoint.methods)
        }
        if head.method == "POST" {
            if let coding = head.fields["Content-Encoding"], coding.lowercased() != "identity" {
                throw .unsupportedContentCoding(coding)
            }
            let type = head.fields["Content-Type"]
            guard let type, MediaType(type)?.isJSON == true else {
                throw .unsupportedMediaType(type)
            }
        }
        return endpoint
    }
}
