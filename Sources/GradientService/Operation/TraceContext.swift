import HTTP

/// The place of a request in a trace that goes over several services (W3C Trace Context).
struct TraceContext: Equatable {
    let traceID: Substring
    /// The caller's own part of it.
    let spanID: Substring

    /// Nil where `traceparent` is missing, doubled or not to the letter; a trace is then not told.
    init?(of head: HTTPRequestHead) {
        let values = head.fields.values(of: "traceparent")
        guard values.count == 1 else { return nil }
        self.init(values[0])
    }

    /// `version "-" trace-id "-" parent-id "-" flags`, in small hexadecimal digits (§3.2).
    init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        // What versions after this one add comes behind a further dash.
        guard parts.count == 4 || parts.count > 4 && parts[0] != "00", parts[0] != "ff",
            zip(parts, [2, 32, 16, 2]).allSatisfy({ part, length in
                part.utf8.count == length && part.utf8.allSatisfy(Self.isDigit)
            }), Self.isSet(parts[1]), Self.isSet(parts[2])
        else { return nil }
        traceID = parts[1]
        spanID = parts[2]
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        byte &- 0x30 < 10 || byte &- 0x61 < 6
    }

    private static func isSet(_ id: Substring) -> Bool { id.utf8.contains { $0 != 0x30 } }
}
