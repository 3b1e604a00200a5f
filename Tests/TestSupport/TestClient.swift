import Glibc

/// A client that speaks raw bytes over loopback, and blocks.
public final class TestClient {
    public struct Failure: Error {
        let call: String
        let code = errno
    }

    public struct Response: Equatable {
        public var status = 0
        public var fields: [String: String] = [:]
        public var body: [UInt8] = []

        public var text: String { String(decoding: body, as: UTF8.self) }
    }

    private let descriptor: Int32
    private var received: [UInt8] = []
    private var isOpen = true

    /// `receiveBuffer` makes a slow reader of it: the system keeps no more than that.
    public init(port: UInt16, receiveBuffer: Int32? = nil) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw Failure(call: "socket") }
        if var size = receiveBuffer {
            setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(4))
        }
        var patience = timeval(tv_sec: 60, tv_usec: 0)
        setsockopt(
            descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience,
            socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, size)
            }
        }
        // Everything is set by now, so `deinit` runs and closes; closing twice would hit another's.
        guard result == 0 else { throw Failure(call: "connect") }
    }

    deinit { close() }

    public func send(_ text: String) throws { try send(Array(text.utf8)) }

    public func send(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw Failure(call: "send") }
            rest = rest.dropFirst(count)
        }
    }

    /// Reads one answer; `toHEAD` when it has no body whatever its length says.
    public func response(toHEAD: Bool = false) throws -> Response {
        while true {
            let text = String(decoding: received, as: UTF8.self)
            if let end = text.firstRange(of: "\r\n\r\n") {
                var response = Self.head(text[..<end.lowerBound])
                received.removeFirst(text[..<end.upperBound].utf8.count)
                let length = toHEAD ? 0 : Int(response.fields["content-length"] ?? "0") ?? 0
                while received.count < length { try receive() }
                response.body = Array(received.prefix(length))
                received.removeFirst(length)
                return response
            }
            try receive()
        }
    }

    /// Reads one answer that is no interim one.
    public func finalResponse() throws -> Response {
        while true {
            let response = try response()
            if response.status >= 200 { return response }
        }
    }

    /// Reads one chunk; the last is empty.
    public func chunk() throws -> String {
        while true {
            if let end = received.firstIndex(of: UInt8(ascii: "\n")) {
                let line = String(decoding: received[..<end], as: UTF8.self).dropLast()
                guard let size = Int(line, radix: 16) else { throw Failure(call: "chunk") }
                while received.count < end + 1 + size + 2 { try receive() }
                defer { received.removeFirst(end + 1 + size + 2) }
                return String(decoding: received[(end + 1)...].prefix(size), as: UTF8.self)
            }
            try receive()
        }
    }

    /// What comes until the server closes.
    public func rest() throws -> String {
        while try receiveSome() {}
        defer { received = [] }
        return String(decoding: received, as: UTF8.self)
    }

    /// Whether something has come; looks for a little while.
    public func hasInput() -> Bool {
        var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&waiting, 1, 2) > 0
    }

    public func closeWriting() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// Closes such that the server is told of a broken connection.
    public func reset() {
        var lingers = linger(l_onoff: 1, l_linger: 0)
        setsockopt(
            descriptor, SOL_SOCKET, SO_LINGER, &lingers, socklen_t(MemoryLayout<linger>.size))
        close()
    }

    public func close() {
        if isOpen { Glibc.close(descriptor) }
        isOpen = false
    }

    private func receive() throws {
        guard try receiveSome() else { throw Failure(call: "recv (end)") }
    }

    private func receiveSome() throws -> Bool {
        var buffer = [UInt8](repeating: 0, count: 65536)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        guard count >= 0 else { throw Failure(call: "recv") }
        received += buffer[..<count]
        return count > 0
    }

    private static func head(_ text: Substring) -> Response {
        let lines = text.split(separator: "\r\n")
        var response = Response(status: Int(lines[0].split(separator: " ")[1]) ?? 0)
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            response.fields[parts[0].lowercased()] = String(parts[1].dropFirst())
        }
        return response
    }
}
