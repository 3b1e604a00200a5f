import HTTP

/// A file that is answered as it is: a part of the page.
struct Asset: Sendable {
    let name: String
    let mediaType: String
    let bytes: [UInt8]
    /// The same as gzip; nil for a file that is not worth the time.
    let packed: [UInt8]?
    /// Another one for other bytes (RFC 9110 §8.8.3); a weak one, since it is that of both forms.
    let entityTag: String

    init(_ name: String, _ bytes: [UInt8], packs: Bool = true) {
        self.name = name
        self.bytes = bytes
        packed = packs ? Gzip.packed(bytes).flatMap { $0.count < bytes.count ? $0 : nil } : nil
        mediaType = Self.mediaType(of: name)
        entityTag = Self.entityTag(of: bytes)
    }

    /// The file, or that the asker has it already.
    func response(to asked: Asked) -> HTTPResponse {
        // Asked for each time, so that a page never mixes files of two versions of the service.
        var fields: HTTPFields = [
            "Cache-Control": "no-cache", "ETag": entityTag, "Vary": "Accept-Encoding",
        ]
        let known = asked.head.fields.elements(of: "If-None-Match")
        if known.contains(where: { $0 == "*" || $0 == entityTag || "W/" + $0 == entityTag }) {
            return HTTPResponse(status: .notModified, fields: fields)
        }
        fields.append("Content-Type", mediaType)
        guard let packed, Self.takesGzip(asked.head.fields) else {
            return HTTPResponse(status: .ok, fields: fields, body: bytes)
        }
        fields.append("Content-Encoding", "gzip")
        return HTTPResponse(status: .ok, fields: fields, body: packed)
    }

    /// Whether `Accept-Encoding` (RFC 9110 §12.5.3) names gzip, and not to refuse it.
    private static func takesGzip(_ fields: HTTPFields) -> Bool {
        fields.preferences(of: "Accept-Encoding").contains {
            ["gzip", "x-gzip"].contains($0.name) && $0.quality > 0
        }
    }

    private static func mediaType(of name: String) -> String {
        switch name.split(separator: ".").last {
        case "html": "text/html; charset=utf-8"
        case "css": "text/css; charset=utf-8"
        case "js": "text/javascript; charset=utf-8"
        default: preconditionFailure("no type is known for \(name)")
        }
    }

    /// FNV-1a, of 64 bits: it tells versions apart, and nobody gains by two that are alike.
    private static func entityTag(of bytes: [UInt8]) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return "W/\"" + String(hash, radix: 16) + "\""
    }
}
