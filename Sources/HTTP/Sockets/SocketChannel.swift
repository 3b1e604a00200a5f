import Dispatch

/// A connected socket with its Dispatch sources and what is still to be written to it.
///
/// To be used on its queue only. The descriptor is closed when both sources have let go of it.
final class SocketChannel {
    enum WriteResult {
        case done
        case pending
        case failed
    }

    private let socket: Socket
    private let readSource: EventSource
    private let writeSource: EventSource
    private var output = OutputQueue()
    /// The bytes that the system has taken.
    private(set) var bytesWritten = 0

    init(
        _ socket: Socket, queue: DispatchQueue, onReadable: @escaping @Sendable () -> Void,
        onWritable: @escaping @Sendable () -> Void, onClosed: @escaping @Sendable () -> Void
    ) {
        self.socket = socket
        let sources = DispatchGroup()
        let descriptor = socket.descriptor
        sources.enter()
        sources.enter()
        readSource = EventSource(
            DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: queue),
            onEvent: onReadable, onCancel: { sources.leave() })
        writeSource = EventSource(
            DispatchSource.makeWriteSource(fileDescriptor: descriptor, queue: queue),
            onEvent: onWritable, onCancel: { sources.leave() })
        sources.notify(queue: queue) {
            socket.close()
            onClosed()
        }
    }

    /// The address at the other end.
    var peer: String { socket.peer }

    /// The bytes that the system has not taken yet.
    var bytesPending: Int { output.byteCount }

    /// Whether the peer has reset the connection; for when nothing is read any more.
    var isBroken: Bool { socket.isBroken }

    var isReading: Bool {
        get { !readSource.isPaused }
        set { readSource.isPaused = !newValue }
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
                writeSource.isPaused = false
                return .pending
            case .failed:
                return .failed
            }
        }
        writeSource.isPaused = true
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
        readSource.cancel()
        writeSource.cancel()
    }
}
