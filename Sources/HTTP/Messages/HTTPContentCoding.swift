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
    /// came.
    public func decoded(_ bytes: [UInt8], limit: Int) throws(HTTPParseError) -> [UInt8] {
        switch self {
        case .identity: bytes
        case .gzip: try Gunzip(limit: limit).whole(bytes)
        }
    }
}

/// Takes gzip apart: one member or several in a row, as it is meant to be read (RFC 1952 §2.2).
private struct Gunzip {
    let limit: Int
    private static let pieceBytes = 64 * 1024

    func whole(_ bytes: [UInt8]) throws(HTTPParseError) -> [UInt8] {
        var stream = z_stream()
        guard czlib_begin_gunzip(&stream) == Z_OK else { throw .invalidContentCoding }
        defer { inflateEnd(&stream) }
        var body = BodyBuffer()
        let isWhole = bytes.withUnsafeBytes { input in
            // zlib reads its input, which it declares to be writable.
            stream.next_in = UnsafeMutablePointer(
                mutating: input.baseAddress?.assumingMemoryBound(to: Bytef.self))
            stream.avail_in = UInt32(clamping: input.count)
            return read(&stream, into: &body)
        }
        guard body.bytes.count <= limit else { throw .bodyTooLarge(size: nil, limit: limit) }
        guard isWhole, bytes.count <= UInt32.max else { throw .invalidContentCoding }
        return body.bytes
    }

    /// Whether all of it could be read; stops where it is more than the limit.
    private func read(_ stream: inout z_stream, into body: inout BodyBuffer) -> Bool {
        withUnsafeTemporaryAllocation(byteCount: Self.pieceBytes, alignment: 16) { piece in
            while body.bytes.count <= limit {
                stream.next_out = piece.baseAddress?.assumingMemoryBound(to: Bytef.self)
                stream.avail_out = UInt32(piece.count)
                let status = inflate(&stream, Z_NO_FLUSH)
                body.append(piece[..<(piece.count - Int(stream.avail_out))])
                switch status {
                case Z_OK: continue
                case Z_STREAM_END where stream.avail_in == 0: return true
                case Z_STREAM_END: guard inflateReset(&stream) == Z_OK else { return false }
                default: return false  // Damaged, or cut short.
                }
            }
            return false
        }
    }
}
