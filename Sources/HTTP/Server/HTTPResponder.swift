/// What a server serves: it judges heads, answers requests and words refusals.
public protocol HTTPResponder: Sendable {
    /// Answers a request by its head alone, before its body is read and before `100 Continue` is
    /// sent: a refusal, or what can be said however busy the workers are; nil to go on.
    ///
    /// Runs on an event loop, so it has to be quick.
    func earlyAnswer(to head: HTTPRequestHead) -> HTTPResponse?

    /// Whether `respond` is quick for such a request, so that it needs no worker and waits for none:
    /// it has its answer at hand, or made elsewhere. Runs on an event loop, as `respond` then does.
    func needsNoWorker(_ head: HTTPRequestHead) -> Bool

    /// Whether `respond` to such a request takes no longer than the way to a worker and back would:
    /// it has its answer soon, or soon sees that there is more to do, which it leaves to a worker.
    /// Runs on an event loop, as `respond` may then do.
    func isQuick(_ request: HTTPRequest) -> Bool

    /// Answers a request, HEAD like GET, or says how the answer will come; runs on a worker, and on
    /// an event loop only where it needs none or is quick.
    ///
    /// `isCancelled` turns true when the client is gone, the time for computing is up (it begins
    /// with this call, and anew with work that has waited for a worker) or the server stops: nobody
    /// waits for the full answer any more. Once the answer is given it tells nothing of the client;
    /// a stream is told by its own `cancel`.
    func respond(
        to request: HTTPRequest, isCancelled: @escaping @Sendable () -> Bool
    ) -> HTTPAnswer

    /// Words the answer to what is not acceptable as HTTP, came too late or could not be taken on.
    /// Its status is to be `error.status`. Runs on an event loop, so it has to be quick.
    func response(to error: HTTPError) -> HTTPResponse
}

extension HTTPResponder {
    public func needsNoWorker(_ head: HTTPRequestHead) -> Bool { false }
    public func isQuick(_ request: HTTPRequest) -> Bool { false }
}
