import Dispatch

/// Lets each caller have so many requests at work at a time.
// `counts` is touched on `turns` only, whence `@unchecked Sendable`.
final class ConcurrencyLimiter: @unchecked Sendable {
    private let limit: Int
    private let turns = DispatchQueue(label: "access.concurrency")
    private var counts: [Caller: Int] = [:]

    init(limit: Int) { self.limit = limit }

    /// Counts a request that begins.
    func enter(_ caller: Caller) throws(AccessError) {
        let hasRoom = turns.sync { () -> Bool in
            guard counts[caller, default: 0] < limit else { return false }
            counts[caller, default: 0] += 1
            return true
        }
        guard hasRoom else { throw .tooManyAtOnce(limit: limit) }
    }

    /// It is over.
    func leave(_ caller: Caller) {
        turns.sync {
            let rest = counts[caller, default: 0] - 1
            counts[caller] = rest > 0 ? rest : nil
        }
    }
}
