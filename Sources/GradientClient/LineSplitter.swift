/// Takes bytes as they come and gives back whole lines, such as those of `application/x-ndjson`.
public struct LineSplitter: Sendable {
    /// What ends a line.
    public enum Endings: Sendable {
        /// LF, with a CR before it or without.
        case lineFeed
        /// LF, CR, or both in this order.
        case any
    }

    private let endings: Endings
    private var line: [UInt8] = []
    private var isAfterReturn = false
    private var skipsByteOrderMark: Bool

    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
    private static let lineFeed = UInt8(ascii: "\n")
    private static let carriageReturn = UInt8(ascii: "\r")

    /// At the beginning of a text.
    public init(endings: Endings = .lineFeed, skipsByteOrderMark: Bool = false) {
        self.endings = endings
        self.skipsByteOrderMark = skipsByteOrderMark
    }

    /// Takes what has come and gives back the lines that are whole by it, without their ends.
    public mutating func append(_ bytes: some Sequence<UInt8>) -> [[UInt8]] {
        var lines: [[UInt8]] = []
        for byte in bytes {
            switch byte {
            case Self.lineFeed where isAfterReturn && endings == .any:
                break  // The line ended with the CR.
            case Self.lineFeed:
                if isAfterReturn { line.removeLast() }
                lines.append(takeLine())
            case Self.carriageReturn where endings == .any:
                lines.append(takeLine())
            default:
                line.append(byte)
            }
            isAfterReturn = byte == Self.carriageReturn
        }
        return lines
    }

    /// What stands behind the last line end when the text is over; nil if nothing does.
    public mutating func finish() -> [UInt8]? {
        line.isEmpty ? nil : takeLine()
    }

    private mutating func takeLine() -> [UInt8] {
        defer {
            line = []
            skipsByteOrderMark = false
        }
        guard skipsByteOrderMark, line.starts(with: Self.byteOrderMark) else { return line }
        return Array(line.dropFirst(Self.byteOrderMark.count))
    }
}
