import Dispatch
import Testing

@testable import HTTP

struct EventSourceTests {
    private let queue = DispatchQueue(label: "test")

    /// A source that fires as often as it may.
    private func ticking(_ fired: Counter, _ cancelled: Counter) -> EventSource {
        let timer = DispatchSource.makeTimerSource(queue: queue)
        timer.schedule(deadline: .now(), repeating: .milliseconds(1))
        return EventSource(
            timer, onEvent: { fired.increment() }, onCancel: { cancelled.increment() })
    }

    @Test
    func `events come when it is not paused`() {
        let fired = Counter()
        let cancelled = Counter()
        let source = ticking(fired, cancelled)
        source.isPaused = false
        #expect(fired.reaches(3))
        #expect(cancelled.value == 0)
        source.cancel()
        #expect(cancelled.reaches(1))
    }

    @Test
    func `no event comes while it is paused`() {
        let fired = Counter()
        let cancelled = Counter()
        let source = ticking(fired, cancelled)
        source.isPaused = false
        #expect(fired.reaches(1))
        source.isPaused = true
        queue.sync {}  // An event that had begun is over.
        let count = fired.value
        for _ in 0..<10 { Gate.pause() }
        #expect(fired.value == count)
    }

    /// Dispatch itself would end the process in most of these.
    @Test(arguments: [
        [], [false], [true, true], [false, false], [false, true], [false, true, false],
    ])
    func `it may be let go in any state`(pauses: [Bool]) {
        let fired = Counter()
        let cancelled = Counter()
        var source: EventSource? = ticking(fired, cancelled)
        for isPaused in pauses { source?.isPaused = isPaused }
        source = nil
        #expect(source == nil)
        #expect(cancelled.reaches(1))
    }

    @Test
    func `pausing after the end does nothing`() {
        let fired = Counter()
        let cancelled = Counter()
        let source = ticking(fired, cancelled)
        source.cancel()
        source.cancel()
        source.isPaused = true
        source.isPaused = false
        #expect(cancelled.reaches(1))
        queue.sync {}
        #expect(cancelled.value == 1)
    }
}
