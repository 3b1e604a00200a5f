/// Gathers an answer while libcurl delivers it, a header line or a piece of the body at a time.
final class ResponseReceiver {
    private(set) var fields: [Field] = []
    private(set) var body: [UInt8] = []
    private(set) var isTooLong = false
    private let limit: Int

    init(limit: Int) {
        self.limit = limit
    }

    /// Takes one line of the header, its end included.
    func receive(line: UnsafeRawBufferPointer) {
        let text = String(decoding: line, as: UTF8.self)
        if text.hasPrefix("HTTP/") {
            // A status line: what came before belonged to an interim answer, such as 100.
            fields = []
        } else if let colon = text.firstIndex(of: ":") {
            let value = text[text.index(after: colon)...]
            fields.append(Field(String(text[..<colon]), value.trimmingWhitespace()))
        }
    }

    /// Takes a piece of the body; false if that makes it too long.
    func receive(body piece: UnsafeRawBufferPointer) -> Bool {
        guard piece.count <= limit - body.count else {
            isTooLong = true
            return false
        }
        body.append(contentsOf: piece)
        return true
    }
}

extension Substring {
    fileprivate func trimmingWhitespace() -> String {
        var rest = self
        while let first = rest.first, first.isWhitespace { rest.removeFirst() }
        while let last = rest.last, last.isWhitespace { rest.removeLast() }
        return String(rest)
    }
}
