/// How events are put on the wire.
enum EventFormat: CaseIterable, Sendable {
    /// A line an event.
    case ndjson
    /// Server-sent events (WHATWG HTML §9.2).
    case sse

    init?(contentType: String) {
        guard let format = Self.allCases.first(where: { $0.contentType == contentType }) else {
            return nil
        }
        self = format
    }

    var contentType: String {
        switch self {
        case .ndjson: "application/x-ndjson"
        case .sse: "text/event-stream"
        }
    }

    /// What is sent between events, to show that somebody is there.
    var heartbeat: [UInt8] {
        switch self {
        case .ndjson: Array("\n".utf8)
        case .sse: Array(": \n\n".utf8)
        }
    }

    /// An event under its id, which becomes a member of its object.
    func append(_ json: [UInt8], kind: String, id: Int, to bytes: inout [UInt8]) {
        if self == .sse { bytes += "id: \(id)\nevent: \(kind)\ndata: ".utf8 }
        bytes += "{\"id\":\(id),".utf8
        bytes += json.dropFirst()  // Its opening brace.
        bytes += (self == .sse ? "\n\n" : "\n").utf8
    }
}
