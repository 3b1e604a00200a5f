import Glibc
import HTTP

/// The names under which the service may be asked.
///
/// A page of another site can point a name of its own at this machine, and the browser then takes the
/// service for a part of that site (DNS rebinding). The name still stands in `Host`.
public struct AllowedHosts: Sendable, Equatable {
    private let names: Set<String>
    private let takesAnyAddress: Bool

    /// Names beside those of this machine's loopback. Where others can reach the service, an
    /// address is let in too: a name can be pointed at it, an address cannot be pointed anywhere.
    public init(names: [String] = [], isLoopbackOnly: Bool) {
        self.names = Set(names.map { Self.withoutDot($0.lowercased()) })
        takesAnyAddress = !isLoopbackOnly
    }

    /// Whether this can be the name of a host: without a port, and not empty.
    public static func isName(_ text: String) -> Bool {
        isAddress(text)
            || (1...253).contains(text.utf8.count) && text.utf8.allSatisfy(\.isUnreserved)
    }

    func check(_ head: HTTPRequestHead) throws(AccessError) {
        // HTTP/1.0 may name no host; browsers do not speak it.
        guard let authority = Self.authority(of: head) else { return }
        let host = Self.host(of: authority)
        guard
            Self.isLoopback(host) || names.contains(host)
                || takesAnyAddress && Self.isAddress(host)
        else { throw .misdirected(host: String(authority.prefix(100))) }
    }

    /// The host that is asked: in an absolute target it goes before `Host` (RFC 9112 §3.2.2).
    private static func authority(of head: HTTPRequestHead) -> Substring? {
        guard !head.target.hasPrefix("/"), let mark = head.target.firstRange(of: "://") else {
            return head.fields["Host"].map { $0[...] }
        }
        return head.target[mark.upperBound...].prefix { $0 != "/" && $0 != "?" }
    }

    /// Without its port, brackets and last dot, in small letters.
    private static func host(of authority: Substring) -> String {
        let host =
            authority.hasPrefix("[")
            ? authority.dropFirst().prefix { $0 != "]" } : authority.prefix { $0 != ":" }
        return withoutDot(host.lowercased())
    }

    private static func withoutDot(_ host: String) -> String {
        host.hasSuffix(".") ? String(host.dropLast()) : host
    }

    private static func isLoopback(_ host: String) -> Bool {
        if host == "localhost" || host.hasSuffix(".localhost") || host == "::1" { return true }
        var address = in_addr()
        return inet_pton(AF_INET, host, &address) == 1
            && UInt32(bigEndian: address.s_addr) >> 24 == 127
    }

    private static func isAddress(_ host: String) -> Bool {
        var address = in6_addr()
        return inet_pton(AF_INET, host, &address) == 1 || inet_pton(AF_INET6, host, &address) == 1
    }
}
