/// What is still to be written, in order, without copying it.
struct OutputQueue {
    private var pieces: [ArraySlice<UInt8>] = []
    /// The bytes of all pieces.
    private(set) var byteCount = 0

    var isEmpty: Bool { pieces.isEmpty }
    var first: ArraySlice<UInt8>? { pieces.first }
    var hasMoreThanFirst: Bool { pieces.count > 1 }

    mutating func append(_ bytes: [UInt8]) {
        if !bytes.isEmpty { pieces.append(bytes[...]) }
        byteCount += bytes.count
    }

    /// Forgets the first `count` bytes of the first piece.
    mutating func remove(_ count: Int) {
        byteCount -= count
        pieces[0] = pieces[0].dropFirst(count)
        if pieces[0].isEmpty { pieces.removeFirst() }
    }
}
