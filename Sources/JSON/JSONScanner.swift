/// Finds where a text stops being JSON (RFC 8259), in one pass that keeps nothing but its place.
///
/// It reads only what simdjson has refused, since simdjson does not say where or why.
struct JSONScanner {
    /// Ends of integers that may have more than 64 bits: JSON has them, simdjson does not.
    var longIntegerEnds: [Int] = []

    let text: [UInt8]
    private let maximumDepth: Int
    var index = 0
    private var open: [Container] = []

    /// An object or array that is open, and which of its values is being read.
    private struct Container {
        let isArray: Bool
        var position = 0
        /// The member's name as it is written, with its quotation marks.
        var name: Range<Int>?
        var closing: UInt8 { UInt8(ascii: isArray ? "]" : "}") }
    }

    init(_ text: [UInt8], maximumDepth: Int) {
        self.text = text
        self.maximumDepth = maximumDepth
    }

    /// Reads the whole text, and throws at the first byte that cannot stand where it does.
    mutating func scan() throws(JSONSyntaxError) {
        if text.starts(with: [0xEF, 0xBB, 0xBF]) {
            throw fault("the text begins with a byte order mark (U+FEFF), which JSON has not")
        }
        skipSpace()
        if index == text.count { throw fault("the text is empty") }
        var isFirst = try readValue()
        while !open.isEmpty {
            skipSpace()
            isFirst = try readNext(isFirst: isFirst)
        }
        skipSpace()
        if index < text.count { throw fault("expected the end of the text, found \(found)") }
    }

    /// Reads the end of the innermost container or its next value; true if that opens a container.
    private mutating func readNext(isFirst: Bool) throws(JSONSyntaxError) -> Bool {
        let container = open[open.count - 1]
        let closing = Unicode.Scalar(container.closing)
        if current == container.closing {
            index += 1
            open.removeLast()
            return false
        }
        if !isFirst {
            guard current == UInt8(ascii: ",") else {
                throw fault("expected a comma or \"\(closing)\", found \(found)")
            }
            index += 1
            skipSpace()
            if current == container.closing {
                throw fault("nothing stands between the last comma and \"\(closing)\"")
            }
            open[open.count - 1].position += 1
        }
        if !container.isArray { try readName() }
        return try readValue()
    }

    private mutating func readName() throws(JSONSyntaxError) {
        open[open.count - 1].name = nil
        guard current == UInt8(ascii: "\"") else {
            throw fault("expected a name in double quotation marks, found \(found)")
        }
        let start = index
        try readString()
        open[open.count - 1].name = start..<index
        skipSpace()
        guard current == UInt8(ascii: ":") else {
            throw fault("expected a colon after the name, found \(found)", inValue: true)
        }
        index += 1
        skipSpace()
    }

    /// Reads a value that is not a container, or the beginning of one; true in the latter case.
    private mutating func readValue() throws(JSONSyntaxError) -> Bool {
        switch current {
        case UInt8(ascii: "["), UInt8(ascii: "{"):
            guard open.count < maximumDepth else {
                throw fault(
                    "nested too deep: at most \(maximumDepth) levels are read", inValue: true)
            }
            open.append(Container(isArray: current == UInt8(ascii: "[")))
            index += 1
            return true
        case UInt8(ascii: "\""):
            try readString()
        case let byte? where byte == UInt8(ascii: "-") || byte.isDigit:
            try readNumber()
        default:
            try readWord()
        }
        return false
    }
}

// MARK: Places

extension JSONScanner {
    var current: UInt8? { index < text.count ? text[index] : nil }

    fileprivate mutating func skipSpace() {
        while index < text.count {
            switch text[index] {
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"):
                index += 1
            default: return
            }
        }
    }

    /// What stands here, for messages.
    var found: String {
        guard let byte = current else { return "the end of the text" }
        switch byte {
        case UInt8(ascii: "'"): return "\"'\": JSON has double quotation marks only"
        case UInt8(ascii: "/"), UInt8(ascii: "#"):
            return "\"\(Unicode.Scalar(byte))\": JSON has no comments"
        case 0x21..<0x7F: return "\"\(Unicode.Scalar(byte))\""
        default:
            var bytes = text[index...].makeIterator()
            var parser = Unicode.UTF8.ForwardParser()
            guard case .valid(let character) = parser.parseScalar(from: &bytes) else {
                return "bytes that are not UTF-8"
            }
            let digits = String(UTF8.decode(character).value, radix: 16, uppercase: true)
            return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
        }
    }

    func fault(
        _ reason: String, at offset: Int? = nil, inValue: Bool = false
    ) -> JSONSyntaxError {
        let offset = offset ?? index
        let before = text[..<offset]
        let lineStart = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        return JSONSyntaxError(
            line: 1 + before.count { $0 == UInt8(ascii: "\n") },
            // A character is counted at its first byte.
            column: 1 + before[lineStart...].count { $0 & 0xC0 != 0x80 },
            pointer: pointer(inValue: inValue), reason: reason)
    }

    /// The value that is being read, or else the container around it.
    private func pointer(inValue: Bool) -> JSONPointer {
        (inValue ? open : open.dropLast()).reduce(.root) { pointer, container in
            if container.isArray { return pointer.appending(container.position) }
            guard let name = container.name.map({ Array(text[$0]) }) else { return pointer }
            let document = try? JSONDocument(parsing: name)
            return (try? document?.root.string()).map(pointer.appending) ?? pointer
        }
    }
}
