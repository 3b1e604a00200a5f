import CEpoll
import Glibc

/// A stream socket that never blocks. This is the only file that calls the socket functions.
struct Socket: Sendable {
    enum ReadResult {
        case bytes(Int)
        case end
        case wouldBlock
        case failed
    }

    enum WriteResult {
        case written(Int)
        case wouldBlock
        case failed
    }

    enum AcceptResult {
        case connection(Socket)
        /// This one failed, another may be there.
        case retry
        case wouldBlock
        /// No descriptors or no memory are left.
        case exhausted
    }

    let descriptor: Int32
    /// The address at the other end, without its port; empty of a socket that listens.
    var peer = ""

    func read(into buffer: UnsafeMutableRawBufferPointer) -> ReadResult {
        while true {
            let count = recv(descriptor, buffer.baseAddress, buffer.count, 0)
            if count > 0 { return .bytes(count) }
            if count == 0 { return .end }
            switch errno {
            case EINTR: continue
            case EAGAIN: return .wouldBlock
            default: return .failed
            }
        }
    }

    /// Writes what fits; `moreFollows` lets the system fill its packets.
    func write(_ bytes: ArraySlice<UInt8>, moreFollows: Bool) -> WriteResult {
        let flags = Int32(MSG_NOSIGNAL) | (moreFollows ? Int32(MSG_MORE) : 0)
        while true {
            let count = bytes.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, flags) }
            if count >= 0 { return .written(count) }
            switch errno {
            case EINTR: continue
            case EAGAIN: return .wouldBlock
            default: return .failed
            }
        }
    }

    /// Tells the peer that nothing follows; it may still send.
    func shutDownWriting() {
        _ = shutdown(descriptor, Int32(SHUT_WR))
    }

    /// Makes closing tell the peer of a broken connection.
    func resetOnClose() {
        var lingers = linger(l_onoff: 1, l_linger: 0)
        _ = setsockopt(
            descriptor, SOL_SOCKET, SO_LINGER, &lingers, socklen_t(MemoryLayout<linger>.size))
    }

    func close() {
        _ = Glibc.close(descriptor)
    }

    func accept() -> AcceptResult {
        let (accepted, peer) = PeerAddress.reading { cepoll_accept(descriptor, $0, $1) }
        guard accepted < 0 else {
            let socket = Socket(descriptor: accepted, peer: peer)
            socket.set(Int32(IPPROTO_TCP), TCP_NODELAY)
            socket.keepAlive()
            return .connection(socket)
        }
        switch errno {
        case EAGAIN: return .wouldBlock
        case EMFILE, ENFILE, ENOBUFS, ENOMEM: return .exhausted
        default: return .retry
        }
    }

    /// A machine that has gone without a word is noticed in about a minute, also while its answer
    /// is computed and nothing is sent.
    private func keepAlive() {
        set(SOL_SOCKET, SO_KEEPALIVE)
        set(Int32(IPPROTO_TCP), TCP_KEEPIDLE, to: 30)
        set(Int32(IPPROTO_TCP), TCP_KEEPINTVL, to: 10)
        set(Int32(IPPROTO_TCP), TCP_KEEPCNT, to: 3)
    }

    private func set(_ level: Int32, _ option: Int32, to value: Int32 = 1) {
        var value = value
        _ = setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
    }
}

extension Socket {
    /// Listens on every address that the host's name stands for and this machine has, all on one
    /// port; port 0 asks for a free one.
    static func listen(
        host: String, port: UInt16
    ) throws(SocketError) -> (sockets: [Socket], port: UInt16) {
        var sockets: [Socket] = []
        var port = port
        do throws(SocketError) {
            for address in try Address.all(host: host) {
                guard let socket = try listen(on: address, name: "\(host):\(port)", port: port)
                else { continue }
                sockets.append(socket)
                port = socket.boundPort
            }
            guard !sockets.isEmpty else {
                throw .failed(call: "bind", address: "\(host):\(port)", code: EADDRNOTAVAIL)
            }
        } catch {
            for socket in sockets { socket.close() }
            throw error
        }
        return (sockets, port)
    }

    /// Nil where the address, or all of its family, is not this machine's.
    private static func listen(
        on address: Address, name: String, port: UInt16
    ) throws(SocketError) -> Socket? {
        let descriptor = Glibc.socket(
            address.family,
            Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else {
            if errno == EAFNOSUPPORT { return nil }
            throw .failed(call: "socket", address: name, code: errno)
        }
        let socket = Socket(descriptor: descriptor)
        socket.set(SOL_SOCKET, SO_REUSEADDR)  // A restart does not wait for TIME_WAIT to end.
        if address.family == AF_INET6 {
            // A name may stand for addresses of both families: each gets a socket of its own.
            socket.set(Int32(IPPROTO_IPV6), IPV6_V6ONLY)
        }
        guard address.with(port: port, { bind(descriptor, $0, $1) }) == 0 else {
            let code = errno
            socket.close()
            if code == EADDRNOTAVAIL { return nil }
            throw .failed(call: "bind", address: name, code: code)
        }
        guard Glibc.listen(descriptor, SOMAXCONN) == 0 else {
            let code = errno
            socket.close()
            throw .failed(call: "listen", address: name, code: code)
        }
        return socket
    }

    private var boundPort: UInt16 {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        return withUnsafeMutableBytes(of: &storage) { bytes in
            let address = bytes.assumingMemoryBound(to: sockaddr.self).baseAddress
            guard let address, getsockname(descriptor, address, &length) == 0 else { return 0 }
            return UInt16(bigEndian: bytes.loadUnaligned(fromByteOffset: 2, as: UInt16.self))
        }
    }
}

/// An address to bind to, of either family; in both, the port stands at the same place.
private struct Address {
    private var bytes: [UInt8]
    let family: Int32

    static func all(host: String) throws(SocketError) -> [Address] {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_PASSIVE
        var list: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host, nil, &hints, &list)
        guard code == 0 else {
            throw .unknownHost(host, reason: String(cString: gai_strerror(code)))
        }
        defer { freeaddrinfo(list) }
        var addresses: [Address] = []
        for info in sequence(first: list, next: { $0?.pointee.ai_next }).compactMap(\.self) {
            guard let address = info.pointee.ai_addr else { continue }
            let raw = UnsafeRawBufferPointer(start: address, count: Int(info.pointee.ai_addrlen))
            addresses.append(Address(bytes: Array(raw), family: info.pointee.ai_family))
        }
        return addresses
    }

    func with<Result>(
        port: UInt16, _ body: (UnsafePointer<sockaddr>?, socklen_t) -> Result
    ) -> Result {
        var copy = bytes
        return copy.withUnsafeMutableBytes { raw in
            raw.storeBytes(of: port.bigEndian, toByteOffset: 2, as: UInt16.self)
            let address = raw.assumingMemoryBound(to: sockaddr.self).baseAddress
            return body(address, socklen_t(raw.count))
        }
    }
}
