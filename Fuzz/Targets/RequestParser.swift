@testable import HTTP

extension FuzzTarget {
    /// The parser of requests: what it makes of bytes does not depend on how they are cut, and what
    /// it accepts is one request in canonical form too, the same one.
    static let requestParser = FuzzTarget(name: "request-parser", longest: 512) { bytes in
        var random = SplitMix64(for: bytes)
        let (whole, cut) = deliveries(of: bytes, &random)
        let discards = Int.random(in: 0..<4, using: &random) == 0
        let (one, other) = (Parsed(whole, discards: discards), Parsed(cut, discards: discards))
        require(one.requests == other.requests, "\(one.requests) ≠ \(other.requests)")
        // Which of several faults is told may depend on how much of a line has come.
        require(
            (one.error == nil) == (other.error == nil),
            "\(String(describing: one.error)) ≠ \(String(describing: other.error))")
        if !discards { one.requests.forEach(checkCanonicalForm) }
    }

    /// Small, so that inputs meet them.
    static let smallLimits: HTTPLimits = {
        var limits = HTTPLimits()
        limits.targetBytes = 80
        limits.fieldBytes = 300
        limits.fieldCount = 10
        limits.bodyBytes = 200
        limits.chunkExtensionBytes = 20
        return limits
    }()

    private static func checkCanonicalForm(_ request: Parsed.Request) {
        let head = request.head
        require(head.method.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }, "method \(head.method)")
        require(head.target.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }, "target \(head.target)")
        require(
            head.version == .http10 || head.fields.values(of: "host").count == 1, "Host: \(head)")
        require(
            head.framing != .none || request.body.isEmpty, "a body without framing: \(request)")
        var text = "\(head.method) \(head.target) HTTP/1.\(head.version == .http10 ? 0 : 1)\r\n"
        for field in head.fields {
            require(
                field.value.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 },
                "value \(field)")
            if field.name.equalsIgnoringASCIICase("transfer-encoding") { continue }
            text += "\(field.name): \(field.value)\r\n"
        }
        if head.framing == .chunked { text += "Content-Length: \(request.body.count)\r\n" }
        text += "\r\n"
        // What is not UTF-8 in a value takes more room once it is repaired.
        var limits = smallLimits
        limits.fieldBytes *= 4
        limits.fieldCount += 1
        let again = Parsed([Array(text.utf8)[...], request.body[...]], limits: limits)
        require(again.error == nil, "\(text) is refused: \(String(describing: again.error))")
        require(again.requests.count == 1, "\(text) is \(again.requests.count) requests")
        let (other, body) = (again.requests[0].head, again.requests[0].body)
        require(
            other.method == head.method && other.path == head.path && other.query == head.query
                && body == request.body, "\(text) is another request: \(other)")
    }
}

/// What a parser makes of bytes.
struct Parsed {
    struct Request: Equatable {
        let head: HTTPRequestHead
        var body: [UInt8] = []
    }

    private(set) var requests: [Request] = []
    private(set) var error: HTTPParseError?

    init(
        _ pieces: [ArraySlice<UInt8>], discards: Bool = false,
        limits: HTTPLimits = FuzzTarget.smallLimits
    ) {
        var parser = HTTPRequestParser(limits: limits)
        var head: HTTPRequestHead?
        do throws(HTTPParseError) {
            for piece in pieces {
                piece.withUnsafeBytes { parser.append($0) }
                while let event = try parser.next() {
                    switch event {
                    case .head(let new):
                        require(head == nil, "a head follows a head")
                        head = new
                        if discards { parser.discardBody() }
                    case .request(let request):
                        require(!discards && request.head == head, "another head than was told")
                        requests.append(Request(head: request.head, body: request.body))
                        head = nil
                    case .discarded:
                        guard discards, let ended = head else {
                            fatalError("what was not to be dropped was")
                        }
                        requests.append(Request(head: ended))
                        head = nil
                    }
                }
                require(parser.bodyBytes <= max(limits.bodyBytes, piece.count), "a body too large")
            }
        } catch {
            self.error = error
            require(!error.description.isEmpty && error.status.code >= 400, "\(error)")
        }
    }
}
