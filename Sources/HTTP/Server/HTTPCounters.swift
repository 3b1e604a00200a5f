import Machine
import Synchronization

/// What a server is doing at a moment: numbers that anybody may read at any time.
public final class HTTPCounters: Sendable {
    let accepted = Atomic(0)
    let open = Atomic(0)
    let refused = Atomic(0)
    let inFlight = Atomic(0)
    let computing = Atomic(0)
    let waiting = Atomic(0)
    let bodies = ByteCount()

    public init() {}

    /// The connections that were ever accepted.
    public var connectionsAccepted: Int { accepted.load(ordering: .relaxed) }
    /// The connections that are open.
    public var connectionsOpen: Int { open.load(ordering: .relaxed) }
    /// The connections that were refused, as their peers had too many.
    public var connectionsRefused: Int { refused.load(ordering: .relaxed) }
    /// The requests whose heads are read and whose answers are not all written.
    public var requestsInFlight: Int { inFlight.load(ordering: .relaxed) }
    /// The requests that workers are computing.
    public var requestsComputing: Int { computing.load(ordering: .relaxed) }
    /// The requests that wait for a worker.
    public var requestsWaiting: Int { waiting.load(ordering: .relaxed) }
    /// The bytes of bodies that are read and not answered yet, and of answers that are not taken, but
    /// for those that their responder counts.
    public var bodyBytesHeld: Int { bodies.held }
}
