import Glibc
import TestSupport
import Testing

@testable import HTTP

struct SocketTests {
    /// A connection, and the socket that it came to.
    private static func connected(
        _ body: (_ client: TestClient, _ accepted: Socket) throws -> Void
    ) throws {
        let (listeners, port) = try Socket.listen(host: "127.0.0.1", port: 0)
        defer { for listener in listeners { listener.close() } }
        let client = try TestClient(port: port)
        guard case .connection(let accepted) = listeners[0].accept() else { throw Unexpected() }
        defer { accepted.close() }
        try body(client, accepted)
    }

    /// Bytes take a moment, also over loopback.
    private static func read(_ socket: Socket) -> (Socket.ReadResult, [UInt8]) {
        var bytes = [UInt8](repeating: 0, count: 100)
        while true {
            let result = bytes.withUnsafeMutableBytes { socket.read(into: $0) }
            if case .wouldBlock = result { Gate.pause() } else { return (result, bytes) }
        }
    }

    @Test
    func `nothing blocks`() throws {
        let (listeners, _) = try Socket.listen(host: "127.0.0.1", port: 0)
        defer { for listener in listeners { listener.close() } }
        guard case .wouldBlock = listeners[0].accept() else { throw Unexpected() }
        try Self.connected { _, socket in
            var bytes = [UInt8](repeating: 0, count: 100)
            let result = bytes.withUnsafeMutableBytes { socket.read(into: $0) }
            guard case .wouldBlock = result else { throw Unexpected() }
        }
    }

    @Test
    func `bytes go both ways, then the end`() throws {
        try Self.connected { client, socket in
            try client.send("hello")
            let (result, bytes) = Self.read(socket)
            guard case .bytes(5) = result else { throw Unexpected() }
            #expect(bytes.starts(with: "hello".utf8))
            let answer = Array("HTTP/1.1 200 OK\r\n\r\n".utf8)
            guard case .written(answer.count) = socket.write(answer[...], moreFollows: false)
            else { throw Unexpected() }
            socket.shutDownWriting()
            #expect(try client.rest().utf8.count == answer.count)
            client.closeWriting()
            guard case (.end, _) = Self.read(socket) else { throw Unexpected() }
        }
    }

    @Test
    func `writing stops where the peer takes nothing, and fails where it is gone`() throws {
        try Self.connected { client, socket in
            let piece = [UInt8](repeating: 1, count: 100_000)
            filling: while true {
                switch socket.write(piece[...], moreFollows: false) {
                case .written: continue
                case .wouldBlock: break filling
                case .failed: throw Unexpected()
                }
            }
            client.reset()
            while case .wouldBlock = socket.write(piece[...], moreFollows: false) { Gate.pause() }
            // The default action of SIGPIPE would have ended the tests.
            guard case .failed = socket.write(piece[...], moreFollows: false)
            else { throw Unexpected() }
        }
    }

    @Test
    func `a reset is a failure and not an end`() throws {
        try Self.connected { client, socket in
            client.reset()
            guard case (.failed, _) = Self.read(socket) else { throw Unexpected() }
        }
    }

    @Test
    func `sockets do not reach programs that are started`() throws {
        try Self.connected { _, socket in
            #expect(fcntl(socket.descriptor, F_GETFD) & FD_CLOEXEC != 0)
        }
    }

    @Test
    func `every address of a name is listened on, at one port`() throws {
        let (sockets, port) = try Socket.listen(host: "localhost", port: 0)
        defer { for socket in sockets { socket.close() } }
        #expect(!sockets.isEmpty)
        #expect(port != 0)
        for socket in sockets {
            var isListening: Int32 = 0
            var size = socklen_t(4)
            getsockopt(socket.descriptor, SOL_SOCKET, SO_ACCEPTCONN, &isListening, &size)
            #expect(isListening == 1)
        }
    }

    struct Unexpected: Error {}
}
