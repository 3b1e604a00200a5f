/// A body that is made while it is sent.
///
/// Its pieces are asked for, one at a time and only while the client takes them, so that no more
/// than about one piece waits for a slow reader and no thread waits for anybody. All but
/// `deliver` is called from an event loop, so it has to be quick.
public protocol HTTPBodyStream: AnyObject, Sendable {
    /// Asks for what comes next. `deliver` is to be called once, on any thread, at once or much
    /// later. It is not asked again before that, nor after an end.
    func next(_ deliver: @escaping @Sendable (HTTPBodyPiece) -> Void)

    /// Nobody takes it any more: the client is gone or too slow, wants the head only, or the
    /// server ends. Called at most once, and not when an end was delivered. What is delivered
    /// from now on is dropped, and nothing has to be.
    func cancel()

    /// The server takes no more requests; what goes on gets some seconds to end by itself.
    func drain()

    /// Those seconds are over: what is delivered within one more still goes out, then all is
    /// cancelled.
    func stop()

    /// Sent between pieces when nothing else was for `HTTPLimits.heartbeatTime`, so that nobody on
    /// the way takes the connection for dead and a client that is gone is noticed. Empty for none.
    var heartbeat: [UInt8] { get }
}

extension HTTPBodyStream {
    public func drain() {}
    public func stop() {}
    public var heartbeat: [UInt8] { [] }
}

/// What a stream has next.
public enum HTTPBodyPiece: Sendable {
    /// More; sent at once.
    case bytes([UInt8])
    /// The last bytes, or none.
    case end([UInt8] = [])
    /// The rest cannot be made: the connection is broken off, so that nobody takes what was sent
    /// for the whole.
    case abort
}
