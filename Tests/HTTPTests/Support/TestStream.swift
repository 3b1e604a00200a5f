import TestSupport

@testable import HTTP

/// A stream that a test leads by the hand, or that makes its pieces by itself.
final class TestStream: HTTPBodyStream {
    typealias Deliver = @Sendable (HTTPBodyPiece) -> Void

    let heartbeat: [UInt8]
    let asked = Counter()
    let cancelled = Counter()
    let drained = Counter()
    let stopped = Counter()

    private let endsOnDrain: Bool
    private let endOnStop: HTTPBodyPiece?
    private let waiting = Locked<Deliver?>(nil)
    /// What it makes by itself when asked for the nth time.
    private let make: (@Sendable (Int, @escaping Deliver) -> Void)?

    init(
        heartbeat: String = "", endsOnDrain: Bool = true, endOnStop: HTTPBodyPiece? = nil,
        make: (@Sendable (Int, @escaping Deliver) -> Void)? = nil
    ) {
        self.heartbeat = Array(heartbeat.utf8)
        self.endsOnDrain = endsOnDrain
        self.endOnStop = endOnStop
        self.make = make
    }

    func next(_ deliver: @escaping Deliver) {
        let number = asked.value
        if make == nil { waiting.withLock { $0 = deliver } }
        asked.increment()
        make?(number, deliver)
    }

    func cancel() { cancelled.increment() }

    func drain() {
        drained.increment()
        if endsOnDrain { takeWaiting()?(.end()) }
    }

    func stop() {
        stopped.increment()
        if let endOnStop { takeWaiting()?(endOnStop) }
    }

    /// Delivers on the calling thread, when it has been asked.
    func deliver(_ piece: HTTPBodyPiece) {
        while true {
            if let deliver = takeWaiting() { return deliver(piece) }
            Gate.pause()
        }
    }

    func deliver(_ text: String) { deliver(.bytes(Array(text.utf8))) }

    private func takeWaiting() -> Deliver? {
        waiting.withLock { waiting in
            defer { waiting = nil }
            return waiting
        }
    }
}

/// An answer that is given later, when a test wants it.
struct LaterAnswer: Sendable {
    let deliver: @Sendable (HTTPResponse) -> Void
    let isCancelled: @Sendable () -> Bool
}
