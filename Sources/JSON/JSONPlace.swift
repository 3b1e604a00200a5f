/// A place in a text that is JSON up to there: its line and column, and the value it lies in.
struct JSONPlace {
    let line: Int
    let column: Int
    let pointer: JSONPointer

    init(of offset: Int, in text: [UInt8]) {
        var line = 1
        var lineStart = 0
        for index in 0..<offset where text[index] == UInt8(ascii: "\n") {
            line += 1
            lineStart = index + 1
        }
        self.line = line
        // A character is counted at its first byte.
        column = 1 + text[lineStart..<offset].count { $0 & 0xC0 != 0x80 }
        pointer = Self.pointer(at: offset, in: text)
    }

    /// An object or array that is open at a place.
    private enum Open {
        case object(name: String?)
        case array(index: Int)
    }

    private static func pointer(at offset: Int, in text: [UInt8]) -> JSONPointer {
        var open: [Open] = []
        var index = 0
        while index < offset {
            switch text[index] {
            case UInt8(ascii: "{"): open.append(.object(name: nil))
            case UInt8(ascii: "["): open.append(.array(index: 0))
            case UInt8(ascii: "}"), UInt8(ascii: "]"): _ = open.popLast()
            case UInt8(ascii: ","):
                switch open.popLast() {
                case .array(let index): open.append(.array(index: index + 1))
                case .object: open.append(.object(name: nil))
                case nil: break
                }
            case UInt8(ascii: "\""):
                let end = stringEnd(from: index, to: offset, in: text)
                if case .object(nil) = open.last, end < offset {
                    let name = String(decoding: text[(index + 1)..<end], as: UTF8.self)
                    open[open.count - 1] = .object(name: name)
                }
                index = end
            default: break
            }
            index += 1
        }
        return open.prefix(64).reduce(.root) { pointer, open in
            switch open {
            case .object(let name?): pointer.appending(name)
            case .object(nil): pointer
            case .array(let index): pointer.appending(index)
            }
        }
    }

    /// The closing quotation mark of a string, or the end.
    private static func stringEnd(from start: Int, to offset: Int, in text: [UInt8]) -> Int {
        var index = start + 1
        while index < offset, text[index] != UInt8(ascii: "\"") {
            index += text[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        return min(index, offset)
    }

    /// Where the word or number begins that ends, or breaks, at a place.
    static func tokenStart(before offset: Int, in text: [UInt8]) -> Int {
        var start = offset
        while start > 0, isPartOfWord(text[start - 1]) { start -= 1 }
        return start
    }

    private static func isPartOfWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"),
            UInt8(ascii: "."):
            true
        default: false
        }
    }

    /// Where a text first opens more objects and arrays than `depth`.
    static func offset(ofDepth depth: Int, in text: [UInt8]) -> Int {
        var open = 0
        var index = 0
        while index < text.count {
            switch text[index] {
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                open += 1
                if open >= depth { return index }
            case UInt8(ascii: "}"), UInt8(ascii: "]"): open -= 1
            case UInt8(ascii: "\""):
                index = stringEnd(from: index, to: text.count, in: text)
            default: break
            }
            index += 1
        }
        return text.count
    }
}
