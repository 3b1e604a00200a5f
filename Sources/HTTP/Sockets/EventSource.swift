import Dispatch

/// A Dispatch source that may be paused and resumed in any order, and let go in any state:
/// Dispatch itself counts suspensions and crashes when a suspended source is released.
final class EventSource {
    private let source: any DispatchSourceProtocol
    private var isCancelled = false

    /// Starts paused. `onCancel` runs when the source is done with its descriptor.
    init(
        _ source: any DispatchSourceProtocol, onEvent: @escaping @Sendable () -> Void,
        onCancel: (@Sendable () -> Void)? = nil
    ) {
        self.source = source
        source.setEventHandler(handler: onEvent)
        source.setCancelHandler(handler: onCancel)
    }

    deinit { cancel() }

    var isPaused = true {
        didSet {
            guard isPaused != oldValue, !isCancelled else { return }
            if isPaused { source.suspend() } else { source.resume() }
        }
    }

    func cancel() {
        guard !isCancelled else { return }
        isPaused = false
        isCancelled = true
        source.cancel()
    }
}
