/// A request and its answer, as a gate, a log and counters see them: at first the request alone.
public struct HTTPExchange: Sendable {
    /// What it is called in logs; the client's own name for it, if that is sane.
    public let id: HTTPRequestID
    /// The client's address, without its port; of a proxy, the proxy's.
    public let peer: String
    /// Nil where no head was understood.
    public let head: HTTPRequestHead?
    /// Nil before the answer, and where the client was gone before it.
    public var status: HTTPStatus?
    /// The name of what was refused, for programs.
    public var problem: String?
    /// The content of the request that was read to its end.
    public var requestBytes = 0
    /// The content of the answer, also where HEAD leaves it off; of a stream, what was sent of it.
    public var bodyBytes = 0
    /// Whether the system has taken all of the answer.
    public var isWhole = false
    /// How long each phase took that it went through.
    public var timings: [HTTPTiming] = []
    /// From the first byte of the request to the last of the answer.
    public var duration = Duration.zero

    /// An exchange of which nothing is known but the request.
    public init(id: HTTPRequestID, peer: String, head: HTTPRequestHead?) {
        self.id = id
        self.peer = peer
        self.head = head
    }
}

/// A part of the work on a request, and the time that it took.
public struct HTTPTiming: Sendable, Equatable {
    /// The parts, in their order. A responder may tell of its own; the rest is the server's.
    public enum Phase: String, CaseIterable, Sendable {
        /// From the first byte of the request to its last.
        case read
        /// Waiting for a worker.
        case queue
        /// Making a request of the bytes.
        case parse
        /// The work itself; all of the responder's, where it tells no parts.
        case compute
        /// Making bytes of the answer.
        case print
        /// From the first byte of the answer to the last that the system takes.
        case write
        /// The same of a stream, whose work is done meanwhile.
        case stream
    }

    public let phase: Phase
    public let duration: Duration

    public init(_ phase: Phase, _ duration: Duration) {
        self.phase = phase
        self.duration = duration
    }

    static let fieldName = "Server-Timing"

    private static let decimals = (0..<1000).map { ".\(String($0 + 1000).dropFirst())" }

    /// The value of the field: the phases so far, in milliseconds to the microsecond (W3C Server
    /// Timing).
    static func fieldValue(of timings: [HTTPTiming]) -> String {
        var value: [UInt8] = []
        value.reserveCapacity(timings.count * 24)
        for timing in timings {
            let (seconds, attoseconds) = timing.duration.components
            let microseconds = max(
                0, seconds * 1_000_000 + (attoseconds + 500_000_000_000) / 1_000_000_000_000)
            if !value.isEmpty { value += ", ".utf8 }
            value += timing.phase.rawValue.utf8
            value += ";dur=".utf8
            value += String(microseconds / 1000).utf8
            value += Self.decimals[Int(microseconds % 1000)].utf8
        }
        return String(decoding: value, as: UTF8.self)
    }
}
