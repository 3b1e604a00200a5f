import Dispatch
import Glibc
import Synchronization

/// SIGTERM and SIGINT as events, so that the program ends in its own time.
struct TerminationSignals {
    private static let numbers = [SIGTERM, SIGINT]

    /// From here on the signals wait to be taken, even those that come before `wait`.
    init() {
        var set = sigset_t()
        sigemptyset(&set)
        for number in Self.numbers { sigaddset(&set, number) }
        pthread_sigmask(SIG_BLOCK, &set, nil)
    }

    /// Calls `finish` at the first signal; a second one ends the program at once.
    func wait(thenFinish finish: @escaping @Sendable () -> Void) -> Never {
        let hasBegun = Atomic(false)
        let sources = Self.numbers.map { number in
            let source = DispatchSource.makeSignalSource(
                signal: number, queue: .global(qos: .userInteractive))
            source.setEventHandler {
                // The shell's way of saying that a signal ended a program.
                if source.data > 1 || hasBegun.exchange(true, ordering: .relaxed) {
                    _exit(128 + number)
                }
                finish()
            }
            source.activate()
            return source
        }
        withExtendedLifetime(sources) { dispatchMain() }
    }
}
