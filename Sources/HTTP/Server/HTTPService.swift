import Synchronization

/// What all connections of a server share: the responder, the workers, the room for bodies, the
/// limits.
struct HTTPService: Sendable {
    let limits: HTTPLimits
    let responder: any HTTPResponder
    let workers: Workers
    let bodies: BodyBudget
    let gate: (any HTTPGate)?
    let counters: HTTPCounters
    let log: (@Sendable (HTTPExchange) -> Void)?

    init(
        limits: HTTPLimits, responder: any HTTPResponder, gate: (any HTTPGate)? = nil,
        counters: HTTPCounters = HTTPCounters(), log: (@Sendable (HTTPExchange) -> Void)? = nil
    ) {
        self.limits = limits
        self.responder = responder
        workers = Workers(running: limits.computing, waiting: limits.waiting, counters: counters)
        bodies = BodyBudget(limits: limits, counters: counters)
        self.gate = gate
        self.counters = counters
        self.log = log
    }

    /// What is answered by a request's head alone; nil when its body is wanted.
    func earlyAnswer(to head: HTTPRequestHead) -> HTTPResponse? {
        do throws(HTTPParseError) {
            try head.checkMethod()
            if let answer = responder.earlyAnswer(to: head) { return answer }
            try head.checkBody(limits: limits)
            return nil
        } catch {
            return response(to: .message(error))
        }
    }

    /// What is told where a request cannot be taken on now.
    var overload: HTTPError { .overloaded(retryAfter: limits.retryAfterSeconds) }

    /// What a peer is told that has as many connections as it may.
    var peerLimit: HTTPError {
        .tooManyConnections(
            limit: limits.connectionsPerPeer, retryAfter: limits.retryAfterSeconds)
    }

    func response(to error: HTTPError) -> HTTPResponse {
        var response = responder.response(to: error)
        for field in error.fields where response.fields[field.name] == nil {
            response.fields.append(field.name, field.value)
        }
        return response
    }

    /// Has a worker answer, or the responder alone where that is quick; false when there is too much
    /// work. A request that is cancelled before its turn is not computed.
    func compute(
        _ request: HTTPRequest, _ cancellation: Cancellation,
        then deliver: @escaping @Sendable (HTTPResponse) -> Void
    ) -> Bool {
        let submitted = ContinuousClock.now
        let times = WorkTimes()
        let respond: @Sendable () -> HTTPAnswer = {
            times.start(after: .now - submitted)
            guard !cancellation.isCancelled else { return .now(response(to: overload)) }
            let deadline = ContinuousClock.now + limits.computingTime
            return responder.respond(to: request) {
                cancellation.isCancelled || ContinuousClock.now >= deadline
            }
        }
        let handOver: @Sendable (HTTPAnswer) -> Void = { answer in
            switch answer {
            case .now(let response): deliver(times.told(in: response))
            case .later(let start): start(once { deliver(times.told(in: $0)) })
            }
        }
        guard !responder.needsNoWorker(request.head) else {
            handOver(respond())
            return true
        }
        return workers.submit(respond, then: handOver)
    }
}

/// A function that may be called once.
private func once(
    _ deliver: @escaping @Sendable (HTTPResponse) -> Void
) -> @Sendable (HTTPResponse) -> Void {
    let isDelivered = Flag()
    return { response in
        precondition(!isDelivered.exchange(), "a request has one answer")
        deliver(response)
    }
}

/// How long a request waited, and was worked on. Written by its worker, and read when its answer is
/// delivered, which comes after.
private final class WorkTimes: @unchecked Sendable {
    private var begun = ContinuousClock.now
    private var waited = Duration.zero

    func start(after waited: Duration) {
        begun = .now
        self.waited = waited
    }

    /// The answer with its times: the whole of the work, where the responder tells no parts of it.
    func told(in response: HTTPResponse) -> HTTPResponse {
        var response = response
        if response.timings.isEmpty { response.timings = [HTTPTiming(.compute, .now - begun)] }
        response.timings.insert(HTTPTiming(.queue, waited), at: 0)
        return response
    }
}

private final class Flag: Sendable {
    private let flag = Atomic(false)

    func exchange() -> Bool { flag.exchange(true, ordering: .relaxed) }
}
