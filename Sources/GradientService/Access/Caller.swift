import Glibc

/// Who asks, as far as limits tell callers apart.
enum Caller: Hashable, Sendable {
    /// Who has this one of the tokens.
    case token(Int)
    /// Who has no token: an address, or of IPv6 the network that one customer has (64 bits).
    case peer(String)

    static func at(_ address: String) -> Caller {
        var bytes = in6_addr()
        guard address.contains(":"), inet_pton(AF_INET6, address, &bytes) == 1 else {
            return .peer(address)
        }
        let network = withUnsafeBytes(of: &bytes) { $0.loadUnaligned(as: UInt64.self).bigEndian }
        return .peer(String(network, radix: 16))
    }
}
