/// `method SP request-target SP HTTP-version` (RFC 9112 §3).
struct HTTPRequestLine {
    let method: String
    let target: String
    let version: HTTPVersion

    /// Room for the method, the version and the spaces beside the target.
    static let bytesBesideTarget = 64

    init(_ line: ArraySlice<UInt8>, limits: HTTPLimits) throws(HTTPParseError) {
        let words = line.split(separator: .space, omittingEmptySubsequences: false)
        guard words[0].isToken else { throw .invalidMethod }
        try Self.check(line, limits: limits)
        guard words.count == 3 else { throw .invalidRequestLine }
        guard words[1].count <= limits.targetBytes else {
            throw .targetTooLong(limit: limits.targetBytes)
        }
        guard !words[1].isEmpty, words[1].allSatisfy(\.isVisible) else { throw .invalidTarget }
        version = try Self.version(words[2])
        method = String(decoding: words[0], as: UTF8.self)
        target = String(decoding: words[1], as: UTF8.self)
    }

    /// Refuses a line, whole or not yet, that cannot become good: one that is too long, and what is
    /// not HTTP at all (a TLS greeting, say), which may never send an LF.
    static func check(_ line: ArraySlice<UInt8>, limits: HTTPLimits) throws(HTTPParseError) {
        guard let first = line.first else { return }
        guard first.isTokenCharacter || line.elementsEqual([.carriageReturn]) else {
            throw .invalidMethod
        }
        let count = line.last == .carriageReturn ? line.count - 1 : line.count
        guard count > limits.targetBytes + bytesBesideTarget else { return }
        if line.contains(.space) { throw .targetTooLong(limit: limits.targetBytes) }
        throw .invalidMethod
    }

    private static func version(_ word: ArraySlice<UInt8>) throws(HTTPParseError) -> HTTPVersion {
        let bytes = Array(word)
        guard bytes.count == 8, bytes.starts(with: "HTTP/".utf8), bytes[5].isDigit,
            bytes[6] == UInt8(ascii: "."), bytes[7].isDigit
        else { throw .invalidRequestLine }
        guard bytes[5] == UInt8(ascii: "1") else {
            throw .unsupportedVersion(String(decoding: bytes, as: UTF8.self))
        }
        return bytes[7] == UInt8(ascii: "0") ? .http10 : .http11
    }
}
