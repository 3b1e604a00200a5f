/// A text that grows at its end. A long part of it becomes a piece of its own, and is never moved.
struct JSONText {
    /// The text but for its end.
    private var finished: [[UInt8]] = []
    /// The end, which what is short is added to.
    var tail: [UInt8] = []

    /// Bytes that are copied.
    private static let longest = 16 * 1024

    var isEmpty: Bool { finished.isEmpty && tail.isEmpty }

    /// The text, as it lies in memory.
    var pieces: [[UInt8]] { tail.isEmpty ? finished : finished + [tail] }

    /// The text in one piece.
    var bytes: [UInt8] { finished.isEmpty ? tail : Array(pieces.joined()) }

    mutating func append(_ scalar: Unicode.Scalar) {
        tail.append(UInt8(ascii: scalar))
    }

    static func += (text: inout JSONText, string: String) {
        text.tail += string.utf8
    }

    /// Appends what may be long, and becomes a piece of its own if it is.
    mutating func append(long bytes: [UInt8]) {
        guard bytes.count > Self.longest else { return tail += bytes }
        append(piece: bytes)
    }

    mutating func append(piece: [UInt8]) {
        if !tail.isEmpty { finished.append(tail) }
        tail = []
        finished.append(piece)
    }
}
