import Dispatch
import Glibc

/// Signals as events: they run no code of ours inside a signal handler, and end nothing by themselves.
struct SignalEvents {
    private let sources: [any DispatchSourceSignal]

    /// Calls `handle` with a signal's number, and how often it came since the last time.
    init(_ numbers: [Int32], handle: @escaping @Sendable (_ number: Int32, _ count: UInt) -> Void) {
        let registered = DispatchGroup()
        sources = numbers.map { number in
            let source = DispatchSource.makeSignalSource(
                signal: number, queue: .global(qos: .userInteractive))
            source.setEventHandler { handle(number, source.data) }
            registered.enter()
            source.setRegistrationHandler { registered.leave() }
            source.activate()
            return source
        }
        // Until then a signal would still end the program by its default action.
        registered.wait()
    }
}
