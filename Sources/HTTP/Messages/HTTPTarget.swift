/// The target of a request, taken apart (RFC 9112 §3.2).
struct HTTPTarget {
    let path: String
    let query: String?

    init(_ target: String, method: String) throws(HTTPParseError) {
        let bytes = Array(target.utf8)
        guard !bytes.isEmpty, bytes.allSatisfy({ $0.isVisible && $0 != UInt8(ascii: "#") }) else {
            throw .invalidTarget
        }
        if bytes == [UInt8(ascii: "*")] {
            guard method == "OPTIONS" else { throw .invalidTarget }
            (path, query) = ("*", nil)
            return
        }
        if method == "CONNECT" {
            guard HTTPAuthority.isValid(bytes[...]) else { throw .invalidTarget }
            path = target
            query = nil
            return
        }
        let origin = try Self.withoutAuthority(bytes[...])
        if origin.isEmpty && method == "OPTIONS" {
            // What a proxy makes of `*` (RFC 9112 §3.2.4).
            (path, query) = ("*", nil)
            return
        }
        let mark = origin.firstIndex(of: UInt8(ascii: "?")) ?? origin.endIndex
        let decoded = try Self.percentDecoded(origin[..<mark])
        path = decoded.isEmpty ? "/" : String(decoding: decoded, as: UTF8.self)
        query =
            mark == origin.endIndex
            ? nil : String(decoding: origin[(mark + 1)...], as: UTF8.self)
    }

    /// Path and query of the origin form, or of the absolute form, whose authority is checked.
    private static func withoutAuthority(
        _ target: ArraySlice<UInt8>
    ) throws(HTTPParseError) -> ArraySlice<UInt8> {
        if target.first == UInt8(ascii: "/") { return target }
        let schemes = ["http://", "https://"]
        guard
            let scheme = schemes.first(where: {
                String(decoding: target.prefix($0.utf8.count), as: UTF8.self)
                    .equalsIgnoringASCIICase($0)
            })
        else { throw .invalidTarget }
        let rest = target.dropFirst(scheme.utf8.count)
        let end =
            rest.firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") } ?? rest.endIndex
        guard HTTPAuthority.isValid(rest[..<end]) else { throw .invalidTarget }
        return rest[end...]
    }

    private static func percentDecoded(
        _ bytes: ArraySlice<UInt8>
    ) throws(HTTPParseError) -> [UInt8] {
        guard bytes.contains(UInt8(ascii: "%")) else { return Array(bytes) }
        var decoded: [UInt8] = []
        var rest = bytes
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                decoded.append(byte)
                continue
            }
            guard let high = rest.popFirst()?.hexadecimalValue,
                let low = rest.popFirst()?.hexadecimalValue
            else { throw .invalidTarget }
            decoded.append(high << 4 | low)
        }
        return decoded
    }
}
