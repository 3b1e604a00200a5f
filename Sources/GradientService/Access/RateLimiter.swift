import Dispatch

/// Lets each caller ask so often a second on average, and so many times at once after a pause.
///
/// The leaky bucket in the form of one instant a caller: when all that it has asked for would be done
/// at the rate (the "generic cell rate algorithm", ITU-T I.371).
// `times` and `nextSweep` are touched on `turns` only, whence `@unchecked Sendable`.
final class RateLimiter: @unchecked Sendable {
    private let interval: Duration
    private let slack: Duration
    private let clock: @Sendable () -> ContinuousClock.Instant
    private let turns = DispatchQueue(label: "access.rate")
    private var times: [Caller: ContinuousClock.Instant] = [:]
    private var nextSweep: ContinuousClock.Instant

    /// Callers that are remembered. Where there are more, the rest counts as one.
    private static let remembered = 10_000
    private static let others = Caller.peer("")

    init(
        perSecond rate: Int, burst: Int,
        clock: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        interval = .seconds(1) / max(rate, 1)
        slack = interval * (max(burst, 1) - 1)
        self.clock = clock
        nextSweep = clock()
    }

    /// Counts a request, or says how long its caller has to wait.
    func take(_ caller: Caller) throws(AccessError) {
        let wait = turns.sync { () -> Duration? in
            let now = clock()
            let caller = place(of: caller, now)
            let done = max(times[caller] ?? now, now)
            guard done - now <= slack else { return done - now - slack }
            times[caller] = done + interval
            return nil
        }
        if let wait { throw .tooOften(wait: wait) }
    }

    private func place(of caller: Caller, _ now: ContinuousClock.Instant) -> Caller {
        if times.count < Self.remembered || times[caller] != nil { return caller }
        if now >= nextSweep {
            // Not each time, as it looks at all of them.
            nextSweep = now + .seconds(1)
            times = times.filter { $0.value > now }
        }
        return times.count < Self.remembered ? caller : Self.others
    }
}
