/// What can be wrong with a request as a message, by RFC 9112.
public enum HTTPParseError: Error, Sendable, Equatable {
    case invalidRequestLine
    case invalidMethod
    case invalidTarget
    case targetTooLong(limit: Int)
    case unsupportedVersion(String)
    case bareLineFeed
    case bareCarriageReturn
    case invalidFieldName
    case whiteSpaceBeforeColon
    case foldedField
    case invalidFieldValue(name: String)
    case fieldsTooLarge(limit: Int)
    case tooManyFields(limit: Int)
    case missingHost
    case repeatedHost
    case invalidHost
    case invalidContentLength
    case repeatedContentLength
    case lengthAndTransferEncoding
    case transferEncodingInHTTP10
    case invalidTransferEncoding
    case unknownTransferCoding(String)
    case invalidChunkSize
    case invalidChunkEnd
    case chunkExtensionsTooLong(limit: Int)
    /// Larger than the limit, or (without sizes) than any number the server counts with.
    case bodyTooLarge(size: Int?, limit: Int?)
    /// The client closed its side in the middle of a request.
    case cutShort
    case unknownMethod(String)
    case unknownExpectation(String)
    case lengthRequired
    case unknownContentCoding(String)
    /// The content is not what its coding makes of anything.
    case invalidContentCoding

    /// The status that says so.
    public var status: HTTPStatus {
        switch self {
        case .invalidRequestLine, .invalidMethod, .invalidTarget, .bareLineFeed,
            .bareCarriageReturn, .invalidFieldName, .whiteSpaceBeforeColon, .foldedField,
            .invalidFieldValue, .missingHost, .repeatedHost, .invalidHost, .invalidContentLength,
            .repeatedContentLength, .lengthAndTransferEncoding, .transferEncodingInHTTP10,
            .invalidTransferEncoding, .invalidChunkSize, .invalidChunkEnd,
            .chunkExtensionsTooLong, .cutShort, .invalidContentCoding:
            .badRequest
        case .lengthRequired: .lengthRequired
        case .unknownContentCoding: .unsupportedMediaType
        case .bodyTooLarge: .contentTooLarge
        case .targetTooLong: .uriTooLong
        case .unknownExpectation: .expectationFailed
        case .fieldsTooLarge, .tooManyFields: .requestHeaderFieldsTooLarge
        case .unknownMethod, .unknownTransferCoding: .notImplemented
        case .unsupportedVersion: .versionNotSupported
        }
    }
}

extension HTTPParseError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .invalidRequestLine:
            "the request line is not \"method target HTTP/1.1\" with single spaces"
        case .invalidMethod: "the method is not a token"
        case .invalidTarget:
            "the target is not a path, an http URL or (for OPTIONS) *, in printable ASCII"
        case .targetTooLong(let limit): "the target is longer than \(limit) bytes"
        case .unsupportedVersion(let version): "\(version) is not spoken here, HTTP/1.1 is"
        case .bareLineFeed: "a line ends with LF alone, expected CR LF"
        case .bareCarriageReturn: "a CR stands without its LF"
        case .invalidFieldName: "a field's name is not a token followed by a colon"
        case .whiteSpaceBeforeColon: "white space stands between a field's name and its colon"
        case .foldedField: "a field is continued on a second line"
        case .invalidFieldValue(let name): "the value of \(name.excerpt) holds a control character"
        case .fieldsTooLarge(let limit): "the fields take more than \(limit) bytes"
        case .tooManyFields(let limit): "there are more than \(limit) fields"
        case .missingHost: "Host is missing"
        case .repeatedHost: "Host is given more than once"
        case .invalidHost: "Host is not host[:port]"
        case .invalidContentLength: "Content-Length is not a decimal number"
        case .repeatedContentLength: "Content-Length is given more than once"
        case .lengthAndTransferEncoding:
            "Content-Length and Transfer-Encoding are given together"
        case .transferEncodingInHTTP10: "HTTP/1.0 has no Transfer-Encoding"
        case .invalidTransferEncoding: "Transfer-Encoding does not end in a single \"chunked\""
        case .unknownTransferCoding(let name): "the transfer coding \(name.excerpt) is not known"
        case .invalidChunkSize: "a chunk's size is not a hexadecimal number"
        case .invalidChunkEnd: "a chunk does not end with CR LF"
        case .chunkExtensionsTooLong(let limit): "chunk extensions take more than \(limit) bytes"
        case .bodyTooLarge(let size?, let limit?):
            "the body has \(size) bytes, at most \(limit) are read"
        case .bodyTooLarge(_, let limit?): "the body has more than \(limit) bytes"
        case .bodyTooLarge: "the body is too large"
        case .cutShort: "the request ends in the middle"
        case .unknownMethod(let method): "the method \(method.excerpt) is not known"
        case .unknownExpectation(let value): "the expectation \(value.excerpt) cannot be met"
        case .unknownContentCoding(let coding):
            "Content-Encoding is \(coding.excerpt), expected gzip or none"
        case .invalidContentCoding:
            "the body is not gzip, as its Content-Encoding says, or not whole"
        case .lengthRequired: "neither Content-Length nor Transfer-Encoding is given"
        }
    }
}

extension String {
    /// The beginning of a caller's word, for a message; in scalars, as a character has no longest.
    fileprivate var excerpt: String {
        unicodeScalars.count > 60 ? String(unicodeScalars.prefix(60)) + "…" : self
    }
}
