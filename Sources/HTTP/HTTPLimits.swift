import Machine

/// Every limit of size and time. Times are for a whole phase, never for a single read or write,
/// so that a peer that drips bytes gains nothing.
public struct HTTPLimits: Sendable {
    /// A target: long enough for any URL in use (RFC 9112 §3 asks for 8000).
    public var targetBytes = 8192
    /// The field lines of a head, and again those of a trailer: room for a proxy's additions.
    public var fieldBytes = 32 * 1024
    /// The number of field lines: looking one up is linear.
    public var fieldCount = 128
    /// A body, decoded.
    public var bodyBytes = 64 * 1024 * 1024
    /// All bodies together that are read and not answered yet, and what gzip makes of them, and
    /// answers that their clients have not taken and their responder does not count; small ones may
    /// go an eighth beyond. The memory is up to twice as much, as buffers double.
    public var bodiesBytes = 512 * 1024 * 1024
    /// The extensions of all chunks of a body: nobody needs them, and they cost us reading.
    public var chunkExtensionBytes = 16 * 1024
    /// What may wait unread behind a request that is being answered.
    public var pipelinedBytes = 64 * 1024
    /// What a client may have left to take of a stream when the next piece is asked for.
    public var streamedBytes = 64 * 1024

    /// A head, from its first byte to its last.
    public var headTime = Duration.seconds(10)
    /// A body; `bytesPerSecond` lengthens it.
    public var bodyTime = Duration.seconds(30)
    /// Between requests.
    public var idleTime = Duration.seconds(60)
    /// A client's taking of an answer, or of what a stream has at the time; `bytesPerSecond`
    /// lengthens it.
    public var writeTime = Duration.seconds(30)
    /// The rate that a large body, or a large answer, has to keep: each byte moved adds time.
    public var bytesPerSecond = 16 * 1024
    /// How often a client that has ended its side is asked, while its answer is computed or a
    /// stream has nothing for it, whether it is still there: one that is gone is noticed within a second.
    public var presenceTime = Duration.milliseconds(500)
    /// A stream's silence, after which its heartbeat is sent.
    public var heartbeatTime = Duration.seconds(15)
    /// The computing of one answer, after which the responder is told to stop.
    public var computingTime = Duration.seconds(300)

    /// The body of a refused request up to which it is read and dropped, to keep the connection.
    public var drainedBytes = 64 * 1024
    /// Reading on after the last answer, so that the client gets to read it (RFC 9112 §9.6).
    public var lingerTime = Duration.seconds(3)
    /// The bytes read on.
    public var lingerBytes = 256 * 1024 * 1024

    /// Connections at a time; further ones wait in the kernel.
    public var connections = 4096
    /// Connections of one peer at a time, of IPv6 of one /64; 0 for no limit: a class behind one
    /// address, and all that comes by a proxy, are one peer.
    public var connectionsPerPeer = 0
    /// Requests computed at a time.
    public var computing = Machine.processors
    /// Requests that wait for their turn; one more is answered with 503.
    public var waiting = 64
    /// What a refused client is told to wait.
    public var retryAfterSeconds = 1

    /// The defaults.
    public init() {}
}

extension HTTPLimits {
    /// Never so little that one body would not fit, as it came and unpacked, with nothing beside it.
    public var bodiesBytesInForce: Int { max(bodiesBytes, 2 * min(bodyBytes, .max / 2)) }

    /// The time for a body of which so many bytes have come.
    func bodyTime(forBytes bytes: Int) -> Duration { bodyTime + timeToMove(bytes) }

    /// The time for an answer of which so many bytes are taken.
    func writeTime(forBytes bytes: Int) -> Duration { writeTime + timeToMove(bytes) }

    /// By it the clock that watches the times is set.
    var shortestTime: Duration {
        min(
            headTime, bodyTime, idleTime, writeTime, presenceTime, heartbeatTime, lingerTime)
    }

    private func timeToMove(_ bytes: Int) -> Duration {
        .seconds(Double(bytes) / Double(max(bytesPerSecond, 1)))
    }
}
