import CSimdJSON

/// A parsed text (RFC 8259). Its cursors keep it alive.
public final class JSONDocument {
    private let document: OpaquePointer
    /// The long arrays, which the document has strings for.
    private let longArrays: JSONLongArrays?
    /// The bytes of the text; it has no more values than that.
    let length: Int
    private let maximumNumbers: Int
    /// The numbers of arrays that have been read.
    private var numbers = 0

    /// Parses a whole text; without a copy if the array has 64 bytes of capacity to spare.
    ///
    /// Arrays of numbers are read until there would be more than `maximumNumbers` in all of them.
    public convenience init(
        parsing bytes: [UInt8], maximumDepth: Int = 64, maximumNumbers: Int = .max
    ) throws(JSONSyntaxError) {
        try self.init(
            parsing: bytes, maximumDepth: maximumDepth, maximumNumbers: maximumNumbers,
            longArrays: JSONLongArrays.Lengths())
    }

    /// With arrays of such lengths read apart.
    init(
        parsing bytes: [UInt8], maximumDepth: Int = 64, maximumNumbers: Int = .max,
        longArrays lengths: JSONLongArrays.Lengths
    ) throws(JSONSyntaxError) {
        precondition(maximumDepth >= 0)
        self.maximumNumbers = maximumNumbers
        length = bytes.count
        // Without them, and the levels that they might have.
        if let long = JSONLongArrays(
            in: bytes, maximumNumbers: maximumNumbers, lengths: lengths),
            maximumDepth > long.depth,
            let parsed = Self.parse(long.rest, maximumDepth - 1 - long.depth)
        {
            document = parsed
            longArrays = long
            return
        }
        longArrays = nil
        var bytes = bytes
        // One level less, as simdjson takes an empty object or array one level deeper than others.
        var parsed = maximumDepth > 0 ? Self.parse(bytes, maximumDepth - 1) : nil
        if parsed == nil {
            var scanner = JSONScanner(bytes, maximumDepth: maximumDepth)
            try scanner.scan()
            // It is JSON, but as deep as it may be, or it has integers that simdjson reads only as
            // reals.
            bytes = bytes.inserting("e0", at: scanner.longIntegerEnds)
            parsed = Self.parse(bytes, maximumDepth)
        }
        guard let parsed else {
            throw JSONSyntaxError(
                line: 1, column: 1, pointer: .root, reason: "the text is too large to be read")
        }
        document = parsed
    }

    private static func parse(_ bytes: [UInt8], _ maximumDepth: Int) -> OpaquePointer? {
        bytes.withUnsafeBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return nil }
            return csimdjson_parse(start, buffer.count, bytes.capacity, maximumDepth)
        }
    }

    deinit {
        csimdjson_free(document)
    }

    /// The long array that a string stands for.
    func longArray(for string: UnsafeBufferPointer<UInt8>) -> JSONNumbers? {
        longArrays?.array(for: string)
    }

    /// Whether a string may stand for a long array.
    var hasLongArrays: Bool { longArrays != nil }

    /// Counts the numbers of an array, before room is made for them.
    func count(_ more: Int, at pointer: JSONPointer) throws(JSONValueError) {
        guard more <= maximumNumbers - numbers else {
            throw JSONValueError(
                pointer: pointer,
                reason: "with its \(more) numbers there are more than \(maximumNumbers) in all")
        }
        numbers += more
    }

    /// The value that the text is.
    public var root: JSONCursor {
        JSONCursor(self, csimdjson_root(document), .root)
    }
}

extension [UInt8] {
    /// A copy with some text put in at each of some places, which ascend.
    fileprivate func inserting(_ insertion: String, at places: [Int]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(count + places.count * insertion.utf8.count + 64)
        var start = 0
        for place in places {
            result += self[start..<place]
            result += insertion.utf8
            start = place
        }
        result += self[start...]
        return result
    }
}
