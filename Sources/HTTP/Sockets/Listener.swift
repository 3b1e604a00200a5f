/// A listening socket on its event loop.
// Every member is touched on the loop's thread only, or before that starts, whence
// `@unchecked Sendable`.
final class Listener: @unchecked Sendable {
    private let socket: Socket
    private let loop: EventLoop
    private let hasRoom: () -> Bool
    private let onAccept: (Socket) -> Void
    private let onClosed: () -> Void
    private var registration: EventLoop.Registration?

    /// How long no connection is taken where there is no room for one, unless it is told that there
    /// is: long enough not to spin.
    private static let pause = Duration.milliseconds(50)
    /// Connections taken in a row, before other events get their turn.
    private static let batch = 64

    /// Takes connections on a loop that has not started; those for which there is no room wait in
    /// the kernel.
    init(
        _ socket: Socket, loop: EventLoop, hasRoom: @escaping @Sendable () -> Bool,
        onAccept: @escaping @Sendable (Socket) -> Void, onClosed: @escaping @Sendable () -> Void
    ) throws(SocketError) {
        self.socket = socket
        self.loop = loop
        self.hasRoom = hasRoom
        self.onAccept = onAccept
        self.onClosed = onClosed
        registration = try loop.add(socket.descriptor, for: .readable) { _ in self.accept() }
    }

    func stop() {
        loop.async {
            guard let registration = self.registration else { return }
            self.registration = nil
            self.loop.remove(registration)
            self.socket.close()
            self.onClosed()
        }
    }

    /// There is room again, where there was none.
    func resume() {
        loop.async { self.listen() }
    }

    private func accept() {
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
        guard let registration else { return }
        loop.change(registration, to: [])
        loop.after(Self.pause) { self.listen() }
    }

    private func listen() {
        if let registration { loop.change(registration, to: .readable) }
    }
}
