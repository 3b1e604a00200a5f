/// Turns bytes into requests, whatever way they are cut: a value that touches no socket.
///
/// Bytes are handed to `append`; `next` then tells what has become whole, one thing at a time.
/// What follows a request stays until it is asked for, so pipelined requests come in order.
/// After an error the rest of the input has no meaning, and the parser is not asked again.
struct HTTPRequestParser {
    /// What has become whole.
    enum Event {
        /// A head; its body may follow.
        case head(HTTPRequestHead)
        /// A request, with its body.
        case request(HTTPRequest)
        /// The end of a body that was not wanted.
        case discarded
    }

    /// Where in a request the input stands.
    enum Stage {
        case betweenRequests
        case head
        case body
    }

    private enum State {
        case requestLine
        case fields(HTTPRequestLine)
        case fixedBody(HTTPRequestHead, remaining: Int)
        case chunkedBody(HTTPRequestHead)
    }

    private let limits: HTTPLimits
    private var state = State.requestLine
    private var input = InputBuffer()
    private var fieldLines: HTTPFieldLines
    private var chunks: HTTPChunkedDecoder
    private var body = BodyBuffer()
    /// Whether the body that is read now is dropped.
    private(set) var isDiscarding = false
    private var emptyLineBytes = 0

    init(limits: HTTPLimits) {
        self.limits = limits
        fieldLines = HTTPFieldLines(limits: limits)
        chunks = HTTPChunkedDecoder(limits: limits)
    }

    var stage: Stage {
        switch state {
        case .requestLine: input.isEmpty ? .betweenRequests : .head
        case .fields: .head
        case .fixedBody, .chunkedBody: .body
        }
    }

    /// The bytes that have come and are not part of an event yet, a body's apart.
    var bufferedBytes: Int { input.count }

    /// The bytes of the body that have come so far.
    var bodyBytes: Int { body.bytes.count }

    /// Whether a body is announced of which nothing has come.
    var awaitsBody: Bool {
        switch state {
        case .requestLine, .fields: false
        case .fixedBody(_, let remaining): remaining > 0 && input.isEmpty
        case .chunkedBody: input.isEmpty
        }
    }

    /// Takes bytes in; a long body is not copied twice.
    mutating func append(_ bytes: UnsafeRawBufferPointer) {
        guard case .fixedBody(let head, let remaining) = state, input.isEmpty else {
            return input.append(bytes)
        }
        let data = bytes.prefix(remaining)
        state = .fixedBody(head, remaining: take(data, of: remaining))
        input.append(UnsafeRawBufferPointer(rebasing: bytes.dropFirst(data.count)))
    }

    /// Drops the body of the head that was told last; `discarded` is told in place of the request.
    mutating func discardBody() {
        isDiscarding = true
        body = BodyBuffer()
    }

    /// What is whole by now; nil when more bytes are needed.
    mutating func next() throws(HTTPParseError) -> Event? {
        switch state {
        case .requestLine:
            guard let line = try takeRequestLine() else { return nil }
            state = .fields(line)
            return try next()
        case .fields(let line):
            guard try fieldLines.take(from: &input) else { return nil }
            return .head(try begin(line))
        case .fixedBody(let head, let remaining):
            let left = take(input.take(atMost: remaining), of: remaining)
            state = .fixedBody(head, remaining: left)
            return left == 0 ? finish(head) : nil
        case .chunkedBody(let head):
            guard try chunks.decode(&input, into: &body) else { return nil }
            return finish(head)
        }
    }

    /// Empty lines before a request are skipped (RFC 9112 §2.2).
    private mutating func takeRequestLine() throws(HTTPParseError) -> HTTPRequestLine? {
        while true {
            switch try input.takeLine() {
            case .partial(let line):
                try HTTPRequestLine.check(line, limits: limits)
                return nil
            case .whole(let line):
                guard line.isEmpty else { return try HTTPRequestLine(line, limits: limits) }
                emptyLineBytes += 2
                guard emptyLineBytes <= limits.fieldBytes else { throw .invalidRequestLine }
            }
        }
    }

    private mutating func begin(_ line: HTTPRequestLine) throws(HTTPParseError) -> HTTPRequestHead {
        let head = try HTTPRequestHead(
            method: line.method, target: line.target, version: line.version,
            fields: fieldLines.fields)
        try Self.checkHost(head)
        switch head.framing {
        case .none: state = .fixedBody(head, remaining: 0)
        case .length(let length): state = .fixedBody(head, remaining: length)
        case .chunked: state = .chunkedBody(head)
        }
        return head
    }

    private static func checkHost(_ head: HTTPRequestHead) throws(HTTPParseError) {
        let hosts = head.fields.values(of: "Host")
        guard let host = hosts.first else {
            if head.version == .http10 { return }
            throw .missingHost
        }
        guard hosts.count == 1 else { throw .repeatedHost }
        guard HTTPAuthority.isValid(Array(host.utf8)[...]) else { throw .invalidHost }
    }

    /// Stores (or drops) data of a body; what remains after it.
    private mutating func take(_ data: some Collection<UInt8>, of remaining: Int) -> Int {
        let left = remaining - data.count
        if !isDiscarding { body.append(data, remaining: left) }
        return left
    }

    private mutating func finish(_ head: HTTPRequestHead) -> Event {
        let event =
            isDiscarding ? Event.discarded : .request(HTTPRequest(head: head, body: body.bytes))
        state = .requestLine
        fieldLines = HTTPFieldLines(limits: limits)
        chunks = HTTPChunkedDecoder(limits: limits)
        body = BodyBuffer()
        isDiscarding = false
        emptyLineBytes = 0
        input.compact()
        return event
    }
}
