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

    /// What becomes of a request.
    enum Outcome {
        case answered(HTTPResponse)
        /// Its answer is delivered when it is there.
        case taken
        /// There is too much work.
        case refused
    }

    /// Has the responder answer, here where that needs no worker, or is quick and `mayWorkHere`, and
    /// otherwise on a worker. A request that is cancelled before its turn is not computed.
    func compute(
        _ request: HTTPRequest, _ cancellation: Cancellation, mayWorkHere: Bool,
        then deliver: @escaping @Sendable (HTTPResponse) -> Void
    ) -> Outcome {
        let work = Work(cancellation, limit: limits.computingTime)
        let respond: @Sendable () -> HTTPAnswer = {
            work.begin()
            guard !cancellation.isCancelled else { return .now(response(to: overload)) }
            return responder.respond(to: request) { work.isCancelled }
        }
        guard responder.needsNoWorker(request.head) || mayWorkHere && responder.isQuick(request)
        else { return submit(work, respond, then: deliver) }
        switch respond() {
        case .now(let response):
            return .answered(work.told(in: response))
        case .later(let start):
            start(once { deliver(work.told(in: $0)) })
            return .taken
        case .work(let rest):
            work.wait()
            let goOn: @Sendable () -> HTTPAnswer = {
                work.begin()
                return .now(cancellation.isCancelled ? response(to: overload) : rest())
            }
            return submit(work, goOn, then: deliver)
        }
    }

    private func submit(
        _ work: Work, _ respond: @escaping @Sendable () -> HTTPAnswer,
        then deliver: @escaping @Sendable (HTTPResponse) -> Void
    ) -> Outcome {
        let isTaken = workers.submit {
            let answer = respond()
            guard case .work(let rest) = answer else { return answer }
            return .now(rest())
        } then: { (answer: HTTPAnswer) in
            switch answer {
            case .now(let response): deliver(work.told(in: response))
            case .later(let start): start(once { deliver(work.told(in: $0)) })
            case .work: preconditionFailure("it is done by now")
            }
        }
        return isTaken ? .taken : .refused
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

/// How long a request waited, and was worked on. Written by whoever works on it, and read when its
/// answer is delivered, which comes after.
private final class Work: @unchecked Sendable {
    private let cancellation: Cancellation
    private let limit: Duration
    private var since = ContinuousClock.now
    private var waited = Duration.zero
    private var worked = Duration.zero

    /// Work that waits from now on.
    init(_ cancellation: Cancellation, limit: Duration) {
        self.cancellation = cancellation
        self.limit = limit
    }

    /// From now on it is worked on.
    func begin() {
        let now = ContinuousClock.now
        waited += now - since
        since = now
    }

    /// From now on it waits for a worker.
    func wait() {
        let now = ContinuousClock.now
        worked += now - since
        since = now
    }

    /// Whether nobody waits for the full answer any more, or its time is up.
    var isCancelled: Bool { cancellation.isCancelled || .now - since >= limit }

    /// The answer with its times: the whole of the work, where the responder tells no parts of it.
    func told(in response: HTTPResponse) -> HTTPResponse {
        var response = response
        if response.timings.isEmpty {
            response.timings = [HTTPTiming(.compute, worked + (.now - since))]
        }
        response.timings.insert(HTTPTiming(.queue, waited), at: 0)
        return response
    }
}

private final class Flag: Sendable {
    private let flag = Atomic(false)

    func exchange() -> Bool { flag.exchange(true, ordering: .relaxed) }
}
