import Synchronization

/// Bounds the bytes of all bodies together: of requests until they are answered, and of answers
/// until their clients have taken them.
///
/// Each byte of a request counts when it has come, whatever a client says will come: one that
/// announces much and sends nothing takes no room from others. Where there is no room nothing waits
/// for it, so that bodies that are half read do not hold up one another: the request is refused, and
/// its bytes let go. An answer is there already when it counts, and may go beyond the limit; then it
/// is the next requests that are refused: but for small ones, which find room a little longer, so that
/// large answers that nobody takes do not keep everybody out.
final class BodyBudget: Sendable {
    private let limit: Int
    /// What a small request, or answer, has at most.
    private let small: Int
    private let retryAfter: Int
    private let counters: HTTPCounters

    init(limits: HTTPLimits, counters: HTTPCounters) {
        limit = limits.bodiesBytesInForce
        small = min(limit / 4096, 64 * 1024)
        retryAfter = limits.retryAfterSeconds
        self.counters = counters
    }

    /// Counts so many bytes more for one that has some, or none.
    fileprivate func take(_ bytes: Int, havingTaken before: Int) throws(HTTPError) {
        let limit = bytes <= small - before ? limit + limit / 8 : limit
        var held = counters.heldBytes.load(ordering: .relaxed)
        while bytes <= limit - held {
            let (isTaken, now) = counters.heldBytes.weakCompareExchange(
                expected: held, desired: held + bytes, ordering: .relaxed)
            if isTaken { return }
            held = now
        }
        throw .noRoomForBody(retryAfter: retryAfter)
    }

    fileprivate func add(_ bytes: Int) {
        counters.heldBytes.wrappingAdd(bytes, ordering: .relaxed)
    }

    fileprivate func giveBack(_ bytes: Int) {
        counters.heldBytes.wrappingSubtract(bytes, ordering: .relaxed)
    }
}

/// What one request, or one answer, has of the budget. It is given back when the one is answered and
/// the other taken, or else when nobody holds the share any more.
final class BodyShare: Sendable {
    private let budget: BodyBudget
    private let bytes = Atomic(0)

    init(of budget: BodyBudget) { self.budget = budget }

    deinit { giveBack() }

    var count: Int { bytes.load(ordering: .relaxed) }

    /// Counts so many bytes more, or none.
    func take(_ more: Int) throws(HTTPError) {
        try budget.take(more, havingTaken: bytes.load(ordering: .relaxed))
        bytes.wrappingAdd(more, ordering: .relaxed)
    }

    /// Counts so many bytes more, whether there is room for them or not.
    func add(_ more: Int) {
        budget.add(more)
        bytes.wrappingAdd(more, ordering: .relaxed)
    }

    /// All of it; a second time there is nothing to give.
    func giveBack() { budget.giveBack(bytes.exchange(0, ordering: .relaxed)) }
}
