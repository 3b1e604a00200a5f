import Glibc

/// Bytes that have come and are not consumed yet. Every byte is looked at once for line ends,
/// however the input is cut, so that reading is linear.
struct InputBuffer {
    enum Line {
        /// A line without its CR LF.
        case whole(ArraySlice<UInt8>)
        /// The end has not come yet: what has.
        case partial(ArraySlice<UInt8>)
    }

    private var bytes: [UInt8] = []
    private var start = 0
    /// No line ends between `start` and here.
    private var searched = 0

    var count: Int { bytes.count - start }
    var isEmpty: Bool { count == 0 }

    mutating func append(_ new: UnsafeRawBufferPointer) {
        compact()
        bytes.append(contentsOf: new)
    }

    /// Takes the next line if it is whole. A CR or an LF alone ends no line here (RFC 9112 §2.2).
    mutating func takeLine() throws(HTTPParseError) -> Line {
        guard let end = lineFeed() else {
            searched = bytes.count
            return .partial(bytes[start...])
        }
        let line = bytes[start..<end]
        guard line.last == .carriageReturn else { throw .bareLineFeed }
        guard line.firstIndex(of: .carriageReturn) == end - 1 else { throw .bareCarriageReturn }
        start = end + 1
        searched = start
        return .whole(line.dropLast())
    }

    /// Takes up to `limit` bytes, whatever they are.
    mutating func take(atMost limit: Int) -> ArraySlice<UInt8> {
        let taken = bytes[start..<(start + min(limit, count))]
        start = taken.endIndex
        searched = start
        return taken
    }

    /// Moves what is left to the front once as much has been consumed, and gives back what a
    /// large read took, so that an idle connection costs little.
    mutating func compact() {
        guard start > 0, start >= count else { return }
        if isEmpty {
            bytes.removeAll(keepingCapacity: bytes.capacity <= 16 * 1024)
        } else {
            bytes.removeSubrange(..<start)
        }
        searched -= start
        start = 0
    }

    private func lineFeed() -> Int? {
        bytes.withUnsafeBytes { all in
            guard searched < all.count, let base = all.baseAddress,
                let found = memchr(base + searched, Int32(UInt8.lineFeed), all.count - searched)
            else { return nil }
            return UnsafeRawPointer(found) - base
        }
    }
}
