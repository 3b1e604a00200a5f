import Synchronization

/// A stream on its way to a client: asks for one piece at a time, and frames it.
// All but `state` is touched on the event loop only, whence `@unchecked Sendable`.
final class HTTPStreamedBody: @unchecked Sendable {
    private enum State: UInt8, AtomicRepresentable {
        case resting
        case asked
        case ended
        case cancelled
    }

    let status: HTTPStatus
    /// Otherwise the end of the connection tells where the content ends (RFC 9112 §6.3).
    let isChunked: Bool
    let heartbeat: [UInt8]
    /// What was handed on of the content.
    private(set) var byteCount = 0
    /// Given up with the end: a stream may keep what it was asked with.
    private var stream: (any HTTPBodyStream)?
    private let state = Atomic(State.resting)

    /// A piece up to this size is sent together with its frame.
    private static let joinedBytes = 16 * 1024
    private static let lineEnd = Array("\r\n".utf8)

    init(_ stream: any HTTPBodyStream, status: HTTPStatus, isChunked: Bool) {
        self.stream = stream
        self.status = status
        self.isChunked = isChunked
        heartbeat = stream.heartbeat
    }

    var hasHeartbeat: Bool { !heartbeat.isEmpty }

    /// Asks for the next piece, unless that has been done; `take` is called on any thread.
    func ask(then take: @escaping @Sendable (HTTPBodyPiece) -> Void) {
        guard change(.resting, to: .asked) == .resting else { return }
        stream?.next { piece in
            switch self.change(.asked, to: piece.isLast ? .ended : .resting) {
            case .asked: take(piece)
            case .cancelled: return
            case .resting, .ended: preconditionFailure("a piece is delivered once")
            }
        }
    }

    func cancel() {
        let wanted = state.exchange(.cancelled, ordering: .acquiringAndReleasing)
        if wanted == .resting || wanted == .asked { stream?.cancel() }
        stream = nil
    }

    func drain() { stream?.drain() }

    func stop() { stream?.stop() }

    /// A chunk (RFC 9112 §7.1), or the bytes alone; a large piece is not copied.
    func framed(_ bytes: [UInt8]) -> [[UInt8]] {
        byteCount += bytes.count
        guard isChunked else { return [bytes] }
        guard !bytes.isEmpty else { return [] }  // An empty chunk would be the last.
        let size = Array("\(String(bytes.count, radix: 16))\r\n".utf8)
        guard bytes.count <= Self.joinedBytes else { return [size, bytes, Self.lineEnd] }
        return [size + bytes + Self.lineEnd]
    }

    /// What tells that nothing follows.
    var lastChunk: [[UInt8]] { isChunked ? [Array("0\r\n\r\n".utf8)] : [] }

    /// Changes the state if it is as expected, and says what it was.
    private func change(_ expected: State, to next: State) -> State {
        state.compareExchange(
            expected: expected, desired: next, ordering: .acquiringAndReleasing
        ).original
    }
}

extension HTTPBodyPiece {
    fileprivate var isLast: Bool {
        switch self {
        case .bytes: false
        case .end, .abort: true
        }
    }
}
