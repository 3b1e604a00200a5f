import Glibc
import Synchronization

/// SIGTERM and SIGINT as events, so that the program ends in its own time.
struct TerminationSignals {
    private let events: SignalEvents

    /// Calls `finish` at the first signal from here on; a second one ends the program at once.
    init(thenFinish finish: @escaping @Sendable () -> Void) {
        let hasBegun = Atomic(false)
        events = SignalEvents([SIGTERM, SIGINT]) { number, count in
            // The shell's way of saying that a signal ended a program.
            if count > 1 || hasBegun.exchange(true, ordering: .relaxed) { _exit(128 + number) }
            finish()
        }
    }

    /// Waits for the signals.
    func wait() -> Never {
        // Not with `dispatchMain`, which gives up the thread's stack: signals are still handled on it,
        // and the address sanitizer objects.
        withExtendedLifetime(events) { while true { pause() } }
    }
}
