import Glibc

/// Why a server cannot listen.
public enum SocketError: Error, Sendable, Equatable, CustomStringConvertible {
    /// No address is known by that name.
    case unknownHost(String, reason: String)
    /// A call of the system failed, with the code of `errno`.
    case failed(call: String, address: String, code: Int32)
    /// The system has no room for what waits for sockets.
    case noEventLoop(call: String, code: Int32)

    public var description: String {
        switch self {
        case .unknownHost(let host, let reason):
            "no address is known for \(host): \(reason)"
        case .failed(let call, let address, let code):
            "cannot listen on \(address): \(call): \(String(cString: strerror(code)))"
        case .noEventLoop(let call, let code):
            "cannot wait for connections: \(call): \(String(cString: strerror(code)))"
        }
    }
}
