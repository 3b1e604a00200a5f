import Dispatch
import Foundation
import Glibc

/// A server on loopback that answers as it is told and keeps what it was sent, byte for byte.
public final class LoopbackServer: Sendable {
    public enum Answer: Sendable {
        case bytes(String)
        case bytesThenClose(String)
        /// Before each but the first it waits.
        case pieces([String], wait: @Sendable () -> Void)
        case silence
    }

    struct Log: Sendable {
        var requests: [String] = []
        var connections: [Int32] = []
    }

    public let port: UInt16
    private let listener: Int32
    private let log = Locked(Log())
    private let done = DispatchGroup()

    public var requests: [String] { log.withLock { $0.requests } }
    public var connectionCount: Int { log.withLock { $0.connections.count } }
    public var url: String { "http://127.0.0.1:\(port)" }

    public init(answer: @escaping @Sendable (String) -> Answer) {
        (listener, port) = Self.boundSocket()
        precondition(listen(listener, 64) == 0)
        thread { [self] in
            while true {
                let connection = accept(listener, nil, nil)
                guard connection >= 0 else { break }
                log.withLock { $0.connections.append(connection) }
                thread { [self] in serve(connection, answer) }
            }
        }
    }

    /// A server that gives every request this answer.
    public convenience init(_ answer: Answer) {
        self.init { _ in answer }
    }

    /// Ends every connection and waits until no thread is left.
    public func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
        for connection in log.withLock({ $0.connections }) {
            shutdown(connection, Int32(SHUT_RDWR))
        }
        done.wait()
        for descriptor in log.withLock({ $0.connections }) { close(descriptor) }
        close(listener)
    }

    /// A socket bound to a free port of loopback, not listening.
    public static func boundSocket() -> (descriptor: Int32, port: UInt16) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                precondition(bind(descriptor, $0, length) == 0)
                precondition(getsockname(descriptor, $0, &length) == 0)
            }
        }
        return (descriptor, UInt16(bigEndian: address.sin_port))
    }

    private func serve(_ connection: Int32, _ answer: (String) -> Answer) {
        var buffered: [UInt8] = []
        while let request = nextRequest(connection, &buffered) {
            log.withLock { $0.requests.append(request) }
            switch answer(request) {
            case .bytes(let text): write(text, to: connection)
            case .bytesThenClose(let text):
                write(text, to: connection)
                shutdown(connection, Int32(SHUT_RDWR))
            case .pieces(let pieces, let wait):
                for (number, piece) in pieces.enumerated() {
                    if number > 0 { wait() }
                    write(piece, to: connection)
                }
            case .silence: break
            }
        }
    }

    private func nextRequest(_ connection: Int32, _ buffered: inout [UInt8]) -> String? {
        while true {
            if let end = endOfRequest(buffered) {
                defer { buffered.removeFirst(end) }
                return String(decoding: buffered[..<end], as: UTF8.self)
            }
            var piece = [UInt8](repeating: 0, count: 65536)
            let count = recv(connection, &piece, piece.count, 0)
            guard count > 0 else { return nil }
            buffered += piece[..<count]
        }
    }

    private func endOfRequest(_ bytes: [UInt8]) -> Int? {
        let text = String(decoding: bytes, as: UTF8.self)
        guard let blank = text.firstRange(of: "\r\n\r\n") else { return nil }
        let head = text[..<blank.upperBound]
        let length = head.lowercased().split(whereSeparator: \.isNewline)
            .first { $0.hasPrefix("content-length:") }
            .flatMap { Int($0.dropFirst("content-length: ".count)) }
        let end = head.utf8.count + (length ?? 0)
        return bytes.count >= end ? end : nil
    }

    private func write(_ text: String, to connection: Int32) {
        let bytes = Array(text.utf8)
        // Answers are short and so never sent in part; the client may be gone.
        let sent = send(connection, bytes, bytes.count, Int32(MSG_NOSIGNAL))
        precondition(sent == bytes.count || sent < 0)
    }

    // A thread of its own: blocked ones would use up those of Dispatch.
    private func thread(_ body: @escaping @Sendable () -> Void) {
        done.enter()
        Thread.detachNewThread { [done] in
            body()
            done.leave()
        }
    }
}
