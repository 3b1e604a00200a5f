import Glibc

/// Host and port as they stand in a URL: an IPv6 address in brackets.
func authority(_ host: String, _ port: Int) -> String {
    host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
}

/// Whether only this machine can reach a server that listens on `host`.
func isLoopback(_ host: String) -> Bool {
    var v4 = in_addr()
    if inet_pton(AF_INET, host, &v4) == 1 {
        return UInt32(bigEndian: v4.s_addr) >> 24 == 127
    }
    return host == "::1" || host.lowercased() == "localhost"
}
