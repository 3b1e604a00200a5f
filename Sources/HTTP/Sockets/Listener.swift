import Dispatch

/// A listening socket with its Dispatch source.
// Every member is touched on `queue` only once it has started, whence `@unchecked Sendable`.
final class Listener: @unchecked Sendable {
    private let socket: Socket
    private let queue: DispatchQueue
    private var source: EventSource?

    /// How long no connection is taken where there is no room for one: long enough not to spin.
    private static let pause = Duration.milliseconds(50)
    /// Connections taken in a row, before other events get their turn.
    private static let batch = 64

    init(_ socket: Socket, queue: DispatchQueue) {
        self.socket = socket
        self.queue = queue
    }

    /// Takes connections; those for which there is no room wait in the kernel.
    func start(
        hasRoom: @escaping @Sendable () -> Bool, onAccept: @escaping @Sendable (Socket) -> Void,
        onClosed: @escaping @Sendable () -> Void
    ) {
        let source = EventSource(
            DispatchSource.makeReadSource(fileDescriptor: socket.descriptor, queue: queue),
            onEvent: { self.accept(hasRoom, onAccept) },
            onCancel: { [socket] in
                socket.close()
                onClosed()
            })
        source.isPaused = false
        self.source = source
    }

    func stop() {
        queue.async {
            self.source?.cancel()
            self.source = nil
        }
    }

    private func accept(_ hasRoom: () -> Bool, _ onAccept: (Socket) -> Void) {
        for _ in 0..<Self.batch {
            guard hasRoom() else { return pauseShortly() }
            switch socket.accept() {
            case .connection(let connection): onAccept(connection)
            case .retry: continue
            case .wouldBlock: return
            case .exhausted: return pauseShortly()
            }
        }
    }

    private func pauseShortly() {
        source?.isPaused = true
        queue.asyncAfter(deadline: .now() + Self.pause.dispatchInterval) {
            self.source?.isPaused = false
        }
    }
}
