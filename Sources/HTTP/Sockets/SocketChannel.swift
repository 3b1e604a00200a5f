/// A connected socket on its event loop, with what is still to be written to it.
///
/// To be used on the loop's thread only, and closed before it is let go.
final class SocketChannel {
    enum WriteResult {
        case done
        case pending
        case failed
    }

    private let socket: Socket
    private let loop: EventLoop
    private let registration: EventLoop.Registration
    private let onClosed: () -> Void
    private var output = OutputQueue()
    /// The bytes that the system has taken.
    private(set) var bytesWritten = 0

    /// Asks for nothing yet; `onEvents` is told of what was asked for, and of a broken connection
    /// at any time. `onClosed` is called when the descriptor is free again.
    init(
        _ socket: Socket, loop: EventLoop, onEvents: @escaping (EventLoop.Events) -> Void,
        onClosed: @escaping () -> Void
    ) throws(SocketError) {
        registration = try loop.add(socket.descriptor, handler: onEvents)
        self.socket = socket
        self.loop = loop
        self.onClosed = onClosed
    }

    /// The address at the other end.
    var peer: String { socket.peer }

    /// The bytes that the system has not taken yet.
    var bytesPending: Int { output.byteCount }

    var isReading = false {
        didSet { if isReading != oldValue { askForEvents() } }
    }

    private var isWriting = false {
        didSet { if isWriting != oldValue { askForEvents() } }
    }

    private func askForEvents() {
        var events = EventLoop.Events()
        if isReading { events.insert(.readable) }
        if isWriting { events.insert(.writable) }
        loop.change(registration, to: events)
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) -> Socket.ReadResult {
        socket.read(into: buffer)
    }

    /// Writes as much as the system takes, and asks to be told when it takes more.
    func write(_ pieces: [[UInt8]] = []) -> WriteResult {
        for piece in pieces { output.append(piece) }
        while let piece = output.first {
            switch socket.write(piece, moreFollows: output.hasMoreThanFirst) {
            case .written(let count):
                bytesWritten += count
                output.remove(count)
            case .wouldBlock:
                isWriting = true
                return .pending
            case .failed:
                return .failed
            }
        }
        isWriting = false
        return .done
    }

    func shutDownWriting() {
        socket.shutDownWriting()
    }

    /// Lets the peer see that this is no regular end: the connection is to be reset on closing.
    func resetOnClose() {
        socket.resetOnClose()
    }

    func close() {
        loop.remove(registration)
        socket.close()
        onClosed()
    }
}
