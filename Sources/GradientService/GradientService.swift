import Dispatch
import HTTP
import JSON

/// What the program is for: an HTTP request about a network in, its answer out. Pure but for the
/// endpoints that tell of the service itself.
public struct GradientService: HTTPResponder {
    public let limits: ServiceLimits
    public let http: HTTPLimits
    /// The trainings of a server, which outlive a request; nil without one, where a training is a
    /// call like any other.
    let trainings: Trainings?
    /// Nil where `/docs` has nothing to show the contract with.
    let swaggerUI: SwaggerUI?
    let access: AccessSettings
    let arrays: ArrayBudget
    let operation: Operation

    public init(
        limits: ServiceLimits = .init(), http: HTTPLimits = .init(), trainings: Trainings? = nil,
        swaggerUI: SwaggerUI? = nil, access: AccessSettings = .init(),
        operation: Operation = .init()
    ) {
        self.limits = limits
        self.http = http
        self.trainings = trainings
        self.swaggerUI = swaggerUI
        self.access = access
        self.operation = operation
        arrays =
            trainings?.arrays
            ?? ArrayBudget(limit: limits.memory, retryAfter: http.retryAfterSeconds)
    }

    /// All that can be called.
    static let endpoints: [Endpoint] =
        calls.map { $0 == Train.self ? .train : .posting($0) } + [
            .runs, .run, .events, .resume, .catalog, .health, .ready, .prometheus, .limits,
            .contract, .page, .pageFile, .docs, .docsFile,
        ]
    static let calls: [any Call.Type] = computations + [Convert.self]
    static let computations: [any Computation.Type] = [
        Forward.self, Backward.self, Check.self, Train.self,
    ]

    /// The detached trainings; refused where there are none.
    func runs() throws(RequestError) -> RunSupervisor {
        guard let trainings else { throw .runs(.closed) }
        return try trainings.runs.orRefusal()
    }

    public func earlyAnswer(to head: HTTPRequestHead) -> HTTPResponse? {
        do throws(RequestError) {
            let (endpoint, parameters) = try Self.endpoint(for: head)
            guard endpoint.place == .atOnce else { return nil }
            let asked = Asked(
                head: head, content: HTTPRequest(head: head).content, parameters: parameters,
                start: .now, isCancelled: { false })
            guard case .now(let response) = try endpoint.answer(asked, self) else {
                preconditionFailure("what does not compute is answered at once")
            }
            return response
        } catch {
            return HTTPResponse(refusing: error)
        }
    }

    /// What waits for the disk is answered in its own order, beside the workers.
    public func needsNoWorker(_ head: HTTPRequestHead) -> Bool {
        Self.place(of: head) == .storing
    }

    private static func place(of head: HTTPRequestHead) -> Endpoint.Place? {
        guard let endpoint = Route(head.path)?.endpoint, endpoint.methods.contains(head.method)
        else { return nil }
        return endpoint.place
    }

    /// The longest body that is read on an event loop, in bytes: in some microseconds.
    private static let quickBytes = 8192

    public func isQuick(_ request: HTTPRequest) -> Bool {
        request.content.count <= Self.quickBytes
            && request.head.fields["Content-Encoding"] == nil
            && Self.place(of: request.head) == .computing
    }

    private static let storing = DispatchQueue(label: "service.storing")

    public func respond(
        to request: HTTPRequest, isCancelled: @escaping @Sendable () -> Bool
    ) -> HTTPAnswer {
        let start = ContinuousClock.now
        do throws(RequestError) {
            let (endpoint, parameters) = try Self.endpoint(for: request.head)
            @Sendable func answer() throws(RequestError) -> HTTPAnswer {
                try endpoint.answer(
                    Asked(
                        head: request.head, content: try content(of: request),
                        parameters: parameters, start: start, isCancelled: isCancelled), self)
            }
            guard endpoint.place == .storing else { return try answer() }
            return .later { deliver in
                Self.storing.async {
                    do throws(RequestError) {
                        switch try answer() {
                        case .now(let response): deliver(response)
                        case .work(let work): deliver(work())
                        case .later(let start): start(deliver)
                        }
                    } catch {
                        deliver(HTTPResponse(refusing: error))
                    }
                }
            }
        } catch {
            return .now(refusal(of: error, isOutOfTime: .now - start >= http.computingTime))
        }
    }

    /// The answer of a call; of one that is more than tiny, by a worker.
    func answer(_ call: any Call.Type, to asked: Asked) throws(RequestError) -> HTTPAnswer {
        let start = ContinuousClock.now
        let share = try arrays.share(forBody: asked.content.count)
        let call = try call.decode(asked.content.take(), within: limits)
        if !call.isTiny { try share.take(arrays: call.arrayBytes) }
        let parsed = HTTPTiming(.parse, .now - start)
        @Sendable func response() throws(RequestError) -> HTTPResponse {
            var response = try call.response(within: limits, asked.isCancelled)
            response.timings.insert(parsed, at: 0)
            return response.holding(share)
        }
        if call.isTiny { return .now(try response()) }
        return .work {
            do throws(RequestError) {
                return try response()
            } catch {
                return refusal(of: error, isOutOfTime: .now - asked.start >= http.computingTime)
            }
        }
    }

    /// A refusal; of a computation that was told to stop it says why.
    func refusal(
        of error: RequestError, isOutOfTime: Bool, also write: (inout JSONWriter) -> Void = { _ in }
    ) -> HTTPResponse {
        guard case .cancelled = error else { return HTTPResponse(refusing: error) }
        return HTTPResponse(
            refusing: isOutOfTime ? .outOfTime(http.computingTime) : .stopping, also: write)
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
            return try call.decode(body, within: limits).response(within: limits) { false }
        } catch {
            return HTTPResponse(refusing: error)
        }
    }

    /// The endpoint that a head asks for; refuses what no endpoint takes.
    private static func endpoint(
        for head: HTTPRequestHead
    ) throws(RequestError) -> (Endpoint, parameters: [String]) {
        guard let route = Route(head.path) else { throw .unknownPath(head.path) }
        let endpoint = route.endpoint
        guard endpoint.methods.contains(head.method) else {
            throw .methodNotAllowed(head.method, allowed: endpoint.methods)
        }
        if head.method == "POST" { try checkBody(head) }
        return (endpoint, route.parameters)
    }

    private static func coding(
        of head: HTTPRequestHead
    ) throws(RequestError) -> HTTPContentCoding {
        do throws(HTTPParseError) {
            return try HTTPContentCoding(head.fields)
        } catch {
            throw .message(.message(error))
        }
    }

    /// The content, as it was before it was coded.
    private func content(of request: HTTPRequest) throws(RequestError) -> HTTPRequestContent {
        let coding = try Self.coding(of: request.head)
        do throws(HTTPError) {
            return try request.content.decoded(from: coding, limit: http.bodyBytes)
        } catch {
            throw .message(error)
        }
    }

    /// Refuses a body that is not announced as JSON, or coded otherwise than it is read here.
    private static func checkBody(_ head: HTTPRequestHead) throws(RequestError) {
        _ = try coding(of: head)
        let type = head.fields["Content-Type"]
        if type == "application/json" { return }
        guard let type, MediaType(type)?.isJSON == true else { throw .unsupportedMediaType(type) }
    }
}
