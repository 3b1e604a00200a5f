import Glibc

/// The address of whoever connects, as text: `127.0.0.1`, `::1`.
public enum PeerAddress {
    /// Has `call` fill in an address, and gives its result with the text.
    static func reading(
        _ call: (UnsafeMutablePointer<sockaddr>?, UnsafeMutablePointer<socklen_t>) -> Int32
    ) -> (result: Int32, text: String) {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        return withUnsafeMutableBytes(of: &storage) { bytes in
            let result = call(bytes.assumingMemoryBound(to: sockaddr.self).baseAddress, &length)
            return (result, result < 0 ? "" : text(of: UnsafeRawBufferPointer(bytes)))
        }
    }

    /// What one customer has, for limits that tell customers apart: an IPv4 address as it is, of IPv6
    /// the first 64 bits as hexadecimal digits.
    public static func network(of address: String) -> String {
        var bytes = in6_addr()
        guard address.contains(":"), inet_pton(AF_INET6, address, &bytes) == 1 else {
            return address
        }
        let network = withUnsafeBytes(of: &bytes) { $0.loadUnaligned(as: UInt64.self).bigEndian }
        return String(network, radix: 16)
    }

    private static func text(of address: UnsafeRawBufferPointer) -> String {
        let family = Int32(address.loadUnaligned(as: sa_family_t.self))
        let offset: Int
        switch family {
        case AF_INET: offset = MemoryLayout<sockaddr_in>.offset(of: \.sin_addr)!
        case AF_INET6: offset = MemoryLayout<sockaddr_in6>.offset(of: \.sin6_addr)!
        default: return ""
        }
        return withUnsafeTemporaryAllocation(
            of: CChar.self, capacity: Int(INET6_ADDRSTRLEN)
        ) { buffer in
            let text = inet_ntop(
                family, address.baseAddress! + offset, buffer.baseAddress!,
                socklen_t(INET6_ADDRSTRLEN))
            return text.map { String(cString: $0) } ?? ""
        }
    }
}
