/// An event of a `text/event-stream`.
public struct ServerSentEvent: Equatable, Sendable {
    /// What it is called; `message` where the stream does not say.
    public var event: String
    /// Its lines, joined by line feeds.
    public var data: String
    /// The last id that the stream has given, to be sent as `Last-Event-ID` for what follows.
    public var id: String

    /// An event with this content.
    public init(event: String = "message", data: String, id: String = "") {
        self.event = event
        self.data = data
        self.id = id
    }
}

/// Reads a `text/event-stream` while it comes, cut anywhere (WHATWG HTML §9.2.6).
public struct ServerSentEventParser: Sendable {
    private var lines = LineSplitter(endings: .any, skipsByteOrderMark: true)
    private var event = ""
    private var data: [String] = []
    private var id = ""

    /// At the beginning of a stream.
    public init() {}

    /// Takes what has come and gives back the events that are whole by it. One that is not whole
    /// at the end of the stream is none.
    public mutating func append(_ bytes: some Sequence<UInt8>) -> [ServerSentEvent] {
        lines.append(bytes).compactMap { take(String(decoding: $0, as: UTF8.self)) }
    }

    private mutating func take(_ line: String) -> ServerSentEvent? {
        guard !line.isEmpty else { return dispatch() }
        let (name, value) = Self.field(line)
        switch name {
        case "event": event = value
        case "data": data.append(value)
        case "id" where !value.utf8.contains(0): id = value
        default: break  // A comment, whose name is empty; `retry`; what nobody knows.
        }
        return nil
    }

    private mutating func dispatch() -> ServerSentEvent? {
        defer {
            event = ""
            data = []
        }
        guard !data.isEmpty else { return nil }
        return ServerSentEvent(
            event: event.isEmpty ? "message" : event, data: data.joined(separator: "\n"), id: id)
    }

    /// What stands before the first colon, and behind it without one space; without a colon, a
    /// name alone.
    private static func field(_ line: String) -> (name: Substring, value: String) {
        let bytes = line.utf8
        guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")) else { return (line[...], "") }
        let value = bytes[colon...].dropFirst()
        let space = value.first == UInt8(ascii: " ") ? 1 : 0
        return (line[..<colon], String(Substring(value.dropFirst(space))))
    }
}
