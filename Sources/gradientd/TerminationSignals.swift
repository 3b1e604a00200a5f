import Dispatch
import Glibc
import Synchronization

/// SIGTERM and SIGINT as events, so that the program ends in its own time.
struct TerminationSignals {
    private let sources: [any DispatchSourceSignal]

    /// Calls `finish` at the first signal from here on; a second one ends the program at once.
    init(thenFinish finish: @escaping @Sendable () -> Void) {
        let hasBegun = Atomic(false)
        let registered = DispatchGroup()
        sources = [SIGTERM, SIGINT].map { number in
            let source = DispatchSource.makeSignalSource(
                signal: number, queue: .global(qos: .userInteractive))
            source.setEventHandler {
                // The shell's way of saying that a signal ended a program.
                if source.data > 1 || hasBegun.exchange(true, ordering: .relaxed) {
                    _exit(128 + number)
                }
                finish()
            }
            registered.enter()
            source.setRegistrationHandler { registered.leave() }
            source.activate()
            return source
        }
        // Until then a signal would still end the program by its default action.
        registered.wait()
    }

    /// Waits for the signals.
    func wait() -> Never {
        // Not with `dispatchMain`, which gives up the thread's stack: signals are still handled on it,
        // and the address sanitizer objects.
        withExtendedLifetime(sources) { while true { pause() } }
    }
}
