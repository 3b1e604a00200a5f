import CSimdJSON

/// A parsed text (RFC 8259). Its cursors keep it alive.
public final class JSONDocument {
    private let document: OpaquePointer
    /// The bytes of the text; it has no more values than that.
    let length: Int

    /// Parses a whole text; without a copy if the array has 64 bytes of capacity to spare.
    public init(parsing bytes: [UInt8], maximumDepth: Int = 64) throws(JSONSyntaxError) {
        var error = csimdjson_ok
        let parsed = bytes.withUnsafeBufferPointer { buffer in
            csimdjson_parse(
                buffer.baseAddress ?? UnsafePointer(bitPattern: 1)!, buffer.count,
                bytes.isEmpty ? 0 : bytes.capacity, maximumDepth, &error)
        }
        guard let parsed else {
            throw JSONSyntaxError(
                explaining: bytes, isTooDeep: error == csimdjson_too_deep,
                maximumDepth: maximumDepth)
        }
        document = parsed
        length = bytes.count
    }

    deinit {
        csimdjson_free(document)
    }

    /// The value that the text is.
    public var root: JSONCursor {
        JSONCursor(self, csimdjson_root(document), .root)
    }
}
