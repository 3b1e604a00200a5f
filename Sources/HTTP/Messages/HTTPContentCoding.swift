import CZlib

/// What the content of a request was made shorter by (RFC 9110 §8.4).
public enum HTTPContentCoding: Sendable {
    case identity
    case gzip

    /// By `Content-Encoding`; refuses a coding, or several together, that are not read.
    public init(_ fields: HTTPFields) throws(HTTPParseError) {
        let codings = fields.elements(of: "Content-Encoding")
            .filter { !$0.equalsIgnoringASCIICase("identity") }
        guard let coding = codings.first else {
            self = .identity
            return
        }
        guard codings.count == 1,
            ["gzip", "x-gzip"].contains(where: { $0.equalsIgnoringASCIICase(coding) })
        else { throw .unknownContentCoding(codings.joined(separator: ", ")) }
        self = .gzip
    }

    /// The content as it was before; refused where that is longer than the limit, however short it
    /// came, or where the share takes no more.
    func decoded(
        _ bytes: [UInt8], limit: Int, share: BodyShare? = nil
    ) throws(HTTPError) -> [UInt8] {
        switch self {
        case .identity: bytes
        case .gzip: try Gunzip(limit: limit, share: share).whole(bytes)
        }
    }
}

/// Takes gzip apart: one member or several in a row, as it is meant to be read (RFC 1952 §2.2).
private struct Gunzip {
    let limit: Int
    let share: BodyShare?
    private static let pieceBytes = 64 * 1024

    func whole(_ bytes: [UInt8]) throws(HTTPError) -> [UInt8] {
        var stream = z_stream()
        guard bytes.count <= UInt32.max, czlib_begin_gunzip(&stream) == Z_OK else {
            throw .message(.invalidContentCoding)
        }
        defer { inflateEnd(&stream) }
        var body = BodyBuffer()
        try bytes.withUnsafeBufferPointer { input throws(HTTPError) in
            // zlib reads its input, which it declares to be writable.
            stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
            stream.avail_in = UInt32(input.count)
            try read(&stream, into: &body)
        }
        return body.bytes
    }

    /// Reads all of it; stops where it is more than the limit.
    private func read(_ stream: inout z_stream, into body: inout BodyBuffer) throws(HTTPError) {
        var piece = [UInt8](repeating: 0, count: Self.pieceBytes)
        try piece.withUnsafeMutableBufferPointer { piece throws(HTTPError) in
            while true {
                stream.next_out = piece.baseAddress
                stream.avail_out = UInt32(piece.count)
                let status = inflate(&stream, Z_NO_FLUSH)
                let made = piece[..<(piece.count - Int(stream.avail_out))]
                guard made.count <= limit - body.bytes.count else {
                    throw .message(.bodyTooLarge(size: nil, limit: limit))
                }
                try share?.take(made.count)
                body.append(made)
                switch status {
                case Z_OK: continue
                case Z_STREAM_END where stream.avail_in == 0: return
                case Z_STREAM_END where inflateReset(&stream) == Z_OK: continue
                default: throw .message(.invalidContentCoding)  // Damaged, or cut short.
                }
            }
        }
    }
}
