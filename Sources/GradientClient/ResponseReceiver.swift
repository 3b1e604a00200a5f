/// Hands an answer on while libcurl delivers it, a header line or a piece of the body at a time.
final class ResponseReceiver {
    /// The answer without its body.
    private(set) var head = Response(status: 0)
    /// Whether the rest was not wanted.
    private(set) var hasHungUp = false
    /// Whether nothing moved for too long.
    private(set) var isSilent = false

    private var hasHead = false
    private var moved = 0
    private var lastMove = ContinuousClock.now
    private let silenceTime: Duration?
    private let onHead: (Response) -> Void
    private let onBytes: (UnsafeRawBufferPointer) -> Bool

    init(
        silenceTime: Duration?, onHead: @escaping (Response) -> Void,
        onBytes: @escaping (UnsafeRawBufferPointer) -> Bool
    ) {
        self.silenceTime = silenceTime
        self.onHead = onHead
        self.onBytes = onBytes
    }

    /// Takes one line of the header, its end included.
    func receive(line: UnsafeRawBufferPointer) {
        let text = String(decoding: line, as: UTF8.self)
        if text.hasPrefix("HTTP/") {
            // A status line: what came before belonged to an interim answer, such as 100.
            let status = text.split(separator: " ").dropFirst().first?.prefix(3)
            head = Response(status: status.flatMap { Int($0) } ?? 0)
        } else if let colon = text.firstIndex(of: ":") {
            let value = text[text.index(after: colon)...]
            head.fields.append(Field(String(text[..<colon]), value.trimmingWhitespace()))
        } else if !hasHead, head.status >= 200 {
            // The empty line; another one stands behind a trailer.
            hasHead = true
            onHead(head)
        }
    }

    /// Takes a piece of the body; false where no more is wanted.
    func receive(body piece: UnsafeRawBufferPointer) -> Bool {
        hasHungUp = !onBytes(piece)
        return !hasHungUp
    }

    /// Told about once a second how many bytes went either way; false where that is too few.
    func progress(moved: Int) -> Bool {
        let now = ContinuousClock.now
        if moved != self.moved {
            self.moved = moved
            lastMove = now
        }
        isSilent = silenceTime.map { now - lastMove >= $0 } ?? false
        return !isSilent
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
