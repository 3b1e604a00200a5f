import Dispatch
import Testing

@testable import HTTP

struct DurationDispatchTests {
    @Test(
        arguments: [
            (Duration.zero, 0), (.seconds(-5), 0), (.milliseconds(1500), 1_500_000_000),
            (.nanoseconds(7), 7), (.seconds(Int64.max), 366 * 86_400 * 1_000_000_000),
        ] as [(Duration, Int)])
    func `a duration is told to Dispatch without overflow`(duration: Duration, nanoseconds: Int) {
        #expect(duration.dispatchInterval == .nanoseconds(nanoseconds))
    }
}
