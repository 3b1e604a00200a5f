/// Turns answers into bytes: a pure function of the answer and of what it answers.
struct HTTPResponseWriter {
    /// The head answered to, if one was understood.
    let request: HTTPRequestHead?
    /// Whether this is the last answer on its connection.
    let closes: Bool
    let date: String

    /// Sent when a body is wanted that the client keeps back until then.
    static let continueLine = Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)

    /// Sent to learn whether anybody is there: clients pass over it (RFC 9110 §15.2), and one that
    /// is gone answers with a reset.
    static let processingLine = Array("HTTP/1.1 102 Processing\r\n\r\n".utf8)

    /// A body up to this size is sent together with its head.
    private static let joinedBytes = 16 * 1024

    /// The fields that frame an answer: what a responder says of them is not sent.
    private static let ownFields = [
        "Content-Length", "Transfer-Encoding", "Connection", "Date",
    ]

    /// The bytes of the answer, in one piece or several: a large body is not copied. Of an answer
    /// that is a stream, the head alone.
    func pieces(of response: HTTPResponse) -> [[UInt8]] {
        let head = headBytes(of: response)
        guard response.hasBody(for: request), case .bytes(let pieces) = response.content else {
            return [head]
        }
        guard response.content.byteCount <= Self.joinedBytes else { return [head] + pieces }
        return [pieces.reduce(head, +)]
    }

    private func headBytes(of response: HTTPResponse) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(512)
        bytes += "HTTP/1.1 ".utf8
        bytes += String(response.status.code).utf8
        bytes.append(.space)
        bytes += response.status.reason.utf8
        bytes += "\r\n".utf8
        for field in response.fields where !Self.isOwn(field.name) {
            bytes += field.name.utf8
            bytes += ": ".utf8
            let start = bytes.count
            bytes += field.value.utf8
            for index in start..<bytes.count { bytes[index] = Self.harmless(bytes[index]) }
            bytes += "\r\n".utf8
        }
        bytes += "Date: ".utf8
        bytes += date.utf8
        bytes += "\r\n".utf8
        switch response.content {
        case .bytes where response.status.allowsBody:
            bytes += "Content-Length: ".utf8
            bytes += String(response.content.byteCount).utf8
            bytes += "\r\n".utf8
        case .stream where response.hasBody(for: request) && request?.version != .http10:
            bytes += "Transfer-Encoding: chunked\r\n".utf8
        case .bytes, .stream:
            break
        }
        if closes {
            bytes += "Connection: close\r\n".utf8
        } else if request?.version == .http10 {
            bytes += "Connection: keep-alive\r\n".utf8
        }
        bytes += "\r\n".utf8
        return bytes
    }

    private static func isOwn(_ name: String) -> Bool {
        ownFields.contains { $0.equalsIgnoringASCIICase(name) }
    }

    /// A value may quote what a caller sent; it must not end its line.
    private static func harmless(_ byte: UInt8) -> UInt8 {
        byte.isFieldContent ? byte : .space
    }
}

extension HTTPResponse {
    /// Whether content goes on the wire.
    func hasBody(for request: HTTPRequestHead?) -> Bool {
        request?.method != "HEAD" && status.allowsBody
    }
}
