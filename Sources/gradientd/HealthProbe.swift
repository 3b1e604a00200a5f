import Glibc

/// Asks a server for `/healthz`, and reads no more of the answer than its status.
///
/// By hand: libcurl and the thirty libraries that it needs would be loaded by every start of the
/// program, a server's too.
struct HealthProbe {
    let host: String
    let port: Int
    let token: String?
    private let end: ContinuousClock.Instant

    init(host: String, port: Int, token: String?, timeout: Duration) {
        self.host = host
        self.port = port
        self.token = token
        end = .now + timeout
    }

    enum Failure: Error, CustomStringConvertible {
        case unknownHost(reason: String)
        case failed(call: String, code: Int32)
        case late
        case noAnswer

        var description: String {
            switch self {
            case .unknownHost(let reason): "no address is known for the host: \(reason)"
            case .failed(let call, let code): "\(call): \(String(cString: strerror(code)))"
            case .late: "no answer in time"
            case .noAnswer: "what answers is no HTTP server"
            }
        }
    }

    /// The status code that the server answers with.
    func status() throws(Failure) -> Int {
        let descriptor = try connected()
        defer { close(descriptor) }
        var rest = request[...]
        while !rest.isEmpty {
            try wait(for: POLLOUT, on: descriptor)
            let count = rest.withUnsafeBytes {
                send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count >= 0 || errno == EAGAIN || errno == EINTR else {
                throw .failed(call: "send", code: errno)
            }
            rest = rest.dropFirst(max(0, count))
        }
        // HTTP/1.1 200 OK
        var line: [UInt8] = []
        while line.count < 12 {
            try wait(for: POLLIN, on: descriptor)
            var buffer = [UInt8](repeating: 0, count: 256)
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count != 0 else { throw .noAnswer }
            guard count > 0 || errno == EAGAIN || errno == EINTR else {
                throw .failed(call: "recv", code: errno)
            }
            line += buffer[..<max(0, count)]
        }
        guard line.starts(with: "HTTP/1.".utf8),
            let status = Int(String(decoding: line[9..<12], as: UTF8.self)), status >= 100
        else { throw .noAnswer }
        return status
    }

    private var request: [UInt8] {
        var head =
            "GET /healthz HTTP/1.1\r\nHost: \(authority(host, port))\r\nConnection: close\r\n"
        // A line's end in it would begin another field.
        if let token, token.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) {
            head += "Authorization: Bearer \(token)\r\n"
        }
        return Array((head + "\r\n").utf8)
    }

    /// A connection to the first of the host's addresses that takes one.
    private func connected() throws(Failure) -> Int32 {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host, String(port), &hints, &list)
        guard code == 0 else {
            throw .unknownHost(reason: String(cString: gai_strerror(code)))
        }
        defer { freeaddrinfo(list) }
        var failure = Failure.noAnswer
        for info in sequence(first: list, next: { $0?.pointee.ai_next }).compactMap(\.self) {
            do throws(Failure) {
                return try connected(to: info.pointee)
            } catch {
                failure = error
            }
        }
        throw failure
    }

    private func connected(to info: addrinfo) throws(Failure) -> Int32 {
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = socket(info.ai_family, kind, 0)
        guard descriptor >= 0 else { throw .failed(call: "socket", code: errno) }
        do throws(Failure) {
            if connect(descriptor, info.ai_addr, info.ai_addrlen) != 0 {
                guard errno == EINPROGRESS else { throw .failed(call: "connect", code: errno) }
                try wait(for: POLLOUT, on: descriptor)
                var (code, size) = (Int32(0), socklen_t(MemoryLayout<Int32>.size))
                getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &size)
                guard code == 0 else { throw .failed(call: "connect", code: code) }
            }
            return descriptor
        } catch {
            close(descriptor)
            throw error
        }
    }

    private func wait(for event: Int32, on descriptor: Int32) throws(Failure) {
        while true {
            let left = (end - .now) / .milliseconds(1)
            guard left > 0 else { throw .late }
            var poll = pollfd(fd: descriptor, events: Int16(event), revents: 0)
            let count = Glibc.poll(&poll, 1, Int32(clamping: Int64(left.rounded(.up))))
            if count > 0 { return }
            guard count == 0 || errno == EINTR else { throw .failed(call: "poll", code: errno) }
        }
    }
}
