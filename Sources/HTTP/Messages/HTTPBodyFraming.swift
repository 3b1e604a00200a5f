/// How the end of a request's body is told (RFC 9112 §6.3).
///
/// Whatever two readers could understand in two ways is refused: such messages are how one
/// request is smuggled inside another.
public enum HTTPBodyFraming: Sendable, Equatable {
    /// Neither field: there is no body.
    case none
    /// `Content-Length`.
    case length(Int)
    /// `Transfer-Encoding: chunked`.
    case chunked

    init(fields: HTTPFields, version: HTTPVersion) throws(HTTPParseError) {
        let lengths = fields.values(of: "Content-Length")
        let codings = fields.elements(of: "Transfer-Encoding")
        if codings.isEmpty {
            guard let length = lengths.first else {
                self = .none
                return
            }
            guard lengths.count == 1 else { throw .repeatedContentLength }
            self = .length(try Self.length(length))
        } else {
            guard lengths.isEmpty else { throw .lengthAndTransferEncoding }
            guard version == .http11 else { throw .transferEncodingInHTTP10 }
            try Self.check(codings)
            self = .chunked
        }
    }

    private static func length(_ text: String) throws(HTTPParseError) -> Int {
        guard !text.isEmpty, text.utf8.allSatisfy(\.isDigit) else { throw .invalidContentLength }
        guard let length = Int(text) else { throw .bodyTooLarge(size: nil, limit: nil) }
        return length
    }

    /// Chunked has to be last and to be there once; no other coding is understood.
    private static func check(_ codings: [String]) throws(HTTPParseError) {
        let areChunked = codings.map { $0.equalsIgnoringASCIICase("chunked") }
        guard areChunked.last == true, !areChunked.dropLast().contains(true) else {
            throw .invalidTransferEncoding
        }
        if codings.count > 1 {
            let other = codings[0]
            guard Array(other.utf8).isToken else { throw .invalidTransferEncoding }
            throw .unknownTransferCoding(other)
        }
    }
}
