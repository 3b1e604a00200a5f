/// An answer, or how it will come.
public enum HTTPAnswer: Sendable {
    case now(HTTPResponse)

    /// The answer takes work that an event loop must not be held up by: a worker does it, the one
    /// that asked or, where that was an event loop, one of the workers in its turn.
    case work(@Sendable () -> HTTPResponse)

    /// The answer comes later and from elsewhere; the worker is free meanwhile. The function is
    /// called once, on the worker's thread, so it has to be quick: it hands over what is to be
    /// called with the answer, once, on any thread, at once or much later. A client whose answer
    /// is not delivered waits for ever.
    case later(@Sendable (_ deliver: @escaping @Sendable (HTTPResponse) -> Void) -> Void)
}
