/// What a server serves: it judges heads, answers requests and words refusals.
public protocol HTTPResponder: Sendable {
    /// Answers a request by its head alone, before its body is read and before `100 Continue` is
    /// sent: a refusal, or what can be said however busy the workers are; nil to go on.
    ///
    /// Runs on an I/O queue, so it has to be quick.
    func earlyAnswer(to head: HTTPRequestHead) -> HTTPResponse?

    /// Answers a request, HEAD like GET, or says that the answer comes later; runs on a worker,
    /// never on an I/O queue.
    ///
    /// `isCancelled` turns true when the client is gone, the time for computing is up (it begins
    /// with this call) or the server stops: nobody waits for the full answer any more. Once the
    /// answer is given it tells nothing of the client; a stream is told by its own `cancel`.
    func respond(
        to request: HTTPRequest, isCancelled: @escaping @Sendable () -> Bool
    ) -> HTTPAnswer

    /// Words the answer to what is not acceptable as HTTP, came too late or could not be taken on.
    /// Its status is to be `error.status`. Runs on an I/O queue, so it has to be quick.
    func response(to error: HTTPError) -> HTTPResponse
}
