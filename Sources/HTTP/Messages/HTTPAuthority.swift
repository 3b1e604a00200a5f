/// `host [":" port]`, as `Host` and the absolute form carry it (RFC 9110 §7.2, RFC 3986 §3.2).
package enum HTTPAuthority {
    package static func isValid(_ bytes: ArraySlice<UInt8>) -> Bool {
        let host: ArraySlice<UInt8>
        let rest: ArraySlice<UInt8>
        if bytes.first == UInt8(ascii: "[") {
            guard let end = bytes.firstIndex(of: UInt8(ascii: "]")) else { return false }
            host = bytes[..<(end + 1)]
            rest = bytes[(end + 1)...]
            guard isAddressLiteral(host.dropFirst().dropLast()) else { return false }
        } else {
            let end = bytes.firstIndex(of: .colon) ?? bytes.endIndex
            host = bytes[..<end]
            rest = bytes[end...]
            guard isName(host) else { return false }
        }
        return rest.isEmpty || rest.first == .colon && isPort(rest.dropFirst())
    }

    /// An IPv6 address by its characters; whether it is one is for a resolver to say.
    private static func isAddressLiteral(_ bytes: ArraySlice<UInt8>) -> Bool {
        bytes.contains(.colon)
            && bytes.allSatisfy {
                $0.hexadecimalValue != nil || $0 == .colon || $0 == UInt8(ascii: ".")
            }
    }

    /// A registered name or an IPv4 address: unreserved, sub-delims and whole percent escapes.
    private static func isName(_ bytes: ArraySlice<UInt8>) -> Bool {
        var rest = bytes
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "%"):
                guard rest.popFirst()?.hexadecimalValue != nil,
                    rest.popFirst()?.hexadecimalValue != nil
                else { return false }
            case UInt8(ascii: "!"), UInt8(ascii: "$"), UInt8(ascii: "&"), UInt8(ascii: "'"),
                UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "*"), UInt8(ascii: "+"),
                UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "="):
                continue
            default:
                guard byte.isUnreserved else { return false }
            }
        }
        return !bytes.isEmpty
    }

    /// An empty port is that of the scheme (RFC 3986 §3.2.3).
    private static func isPort(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard bytes.count <= 5, bytes.allSatisfy(\.isDigit) else { return false }
        return bytes.reduce(0) { $0 * 10 + Int($1 - 0x30) } <= Int(UInt16.max)
    }
}
