import TestSupport
import Testing

@testable import GradientService

struct RateLimiterTests {
    /// A limiter whose time is what the test makes it.
    private final class Clocked: Sendable {
        private let time = Locked(ContinuousClock.now)
        let limiter: RateLimiter

        init(perSecond: Int, burst: Int) {
            let time = self.time
            limiter = RateLimiter(perSecond: perSecond, burst: burst) { time.withLock { $0 } }
        }

        func advance(_ duration: Duration) { time.withLock { $0 += duration } }

        /// How many of so many requests are let in.
        func count(of requests: Int, _ caller: Caller = .token(0)) -> Int {
            (0..<requests).count { _ in (try? limiter.take(caller)) != nil }
        }
    }

    @Test func `after a pause the burst is let in, and then the rate`() {
        let clocked = Clocked(perSecond: 10, burst: 5)
        #expect(clocked.count(of: 20) == 5)
        clocked.advance(.milliseconds(100))
        #expect(clocked.count(of: 20) == 1)
        clocked.advance(.milliseconds(300))
        #expect(clocked.count(of: 20) == 3)
        clocked.advance(.seconds(3600))
        #expect(clocked.count(of: 20) == 5)
    }

    @Test func `over a long time it is the rate and one burst`() {
        let clocked = Clocked(perSecond: 10, burst: 5)
        var count = 0
        for _ in 0..<1000 {
            count += clocked.count(of: 1)
            clocked.advance(.milliseconds(10))
        }
        // 10 s at 10 a second, and a burst of 5; the last instant is not reached.
        #expect(count == 104)
    }

    @Test func `who is refused is told the time that it takes`() throws {
        let clocked = Clocked(perSecond: 2, burst: 1)
        try clocked.limiter.take(.token(0))
        #expect(throws: AccessError.tooOften(wait: .milliseconds(500))) {
            try clocked.limiter.take(.token(0))
        }
        clocked.advance(.milliseconds(499))
        #expect(clocked.count(of: 1) == 0)
        clocked.advance(.milliseconds(1))
        #expect(clocked.count(of: 1) == 1)
    }

    @Test func `refused requests do not make it longer`() {
        let clocked = Clocked(perSecond: 1, burst: 1)
        #expect(clocked.count(of: 1000) == 1)
        clocked.advance(.seconds(1))
        #expect(clocked.count(of: 1) == 1)
    }

    @Test func `callers do not share`() {
        let clocked = Clocked(perSecond: 1, burst: 2)
        for caller in [Caller.token(0), .token(1), .at("192.0.2.1"), .at("192.0.2.2")] {
            #expect(clocked.count(of: 5, caller) == 2)
        }
    }

    @Test func `so many callers are remembered, and the rest is one`() {
        let clocked = Clocked(perSecond: 1, burst: 1)
        let known = (0..<10_000).count { clocked.count(of: 1, .peer("\($0)")) == 1 }
        #expect(known == 10_000)
        #expect((0..<100).count { clocked.count(of: 1, .peer("new \($0)")) == 1 } == 1)
        clocked.advance(.seconds(2))
        #expect((0..<100).count { clocked.count(of: 1, .peer("new \($0)")) == 1 } == 100)
    }

    @Test func `an address of IPv6 counts by its network`() {
        #expect(Caller.at("2001:db8:1:2::1") == .at("2001:db8:1:2:ffff::9"))
        #expect(Caller.at("2001:db8:1:2::1") != .at("2001:db8:1:3::1"))
        #expect(Caller.at("192.0.2.1") != .at("192.0.2.2"))
    }

    @Test func `so many at once, and again when one is over`() throws {
        let limiter = ConcurrencyLimiter(limit: 2)
        try limiter.enter(.token(0))
        try limiter.enter(.token(0))
        #expect(throws: AccessError.tooManyAtOnce(limit: 2)) { try limiter.enter(.token(0)) }
        try limiter.enter(.token(1))
        limiter.leave(.token(0))
        try limiter.enter(.token(0))
        #expect(throws: AccessError.tooManyAtOnce(limit: 2)) { try limiter.enter(.token(0)) }
    }
}
