import Machine

/// Bounds the bytes of all bodies together: of requests until they are answered, and of answers
/// until their clients have taken them, but for those that the responder bounds (`HTTPResponse.room`).
///
/// Each byte of a request counts when it has come, whatever a client says will come: one that
/// announces much and sends nothing takes no room from others. Where there is no room nothing waits
/// for it, so that bodies that are half read do not hold up one another: the request is refused, and
/// its bytes let go. An answer is there already when it counts, and may go beyond the limit; then it
/// is the next requests that are refused: but for small ones, which find room a little longer, so that
/// large bodies do not keep everybody out.
struct BodyBudget: Sendable {
    private let all: ByteCount
    private let limit: Int
    /// What a small request has at most.
    private let small: Int
    private let retryAfter: Int

    init(limits: HTTPLimits, counters: HTTPCounters) {
        all = counters.bodies
        limit = limits.bodiesBytesInForce
        small = min(limit / 4096, 64 * 1024)
        retryAfter = limits.retryAfterSeconds
    }

    func share() -> BodyShare { BodyShare(of: self, ByteShare(of: all)) }

    fileprivate func take(_ bytes: Int, for share: ByteShare) throws(HTTPError) {
        let isSmall = bytes <= small - share.count
        guard share.take(bytes, upTo: isSmall ? limit + limit / 8 : limit) else {
            throw .noRoomForBody(retryAfter: retryAfter)
        }
    }
}

/// What one request, or one answer, has of the budget. It is given back when the one is answered and
/// the other taken, or else when nobody holds the share any more.
struct BodyShare: Sendable {
    private let budget: BodyBudget
    private let bytes: ByteShare

    fileprivate init(of budget: BodyBudget, _ bytes: ByteShare) {
        (self.budget, self.bytes) = (budget, bytes)
    }

    var count: Int { bytes.count }

    /// Counts so many bytes more, or none.
    func take(_ more: Int) throws(HTTPError) { try budget.take(more, for: bytes) }

    /// Counts so many bytes in place of those before, whether there is room for them or not.
    func keep(_ count: Int) { bytes.keep(count) }

    /// All of it; a second time there is nothing to give.
    func giveBack() { bytes.keep(0) }
}
