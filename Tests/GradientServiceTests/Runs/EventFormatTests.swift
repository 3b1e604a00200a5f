import Testing

@testable import GradientService

struct EventFormatTests {
    private let json = Array(#"{"event":"epoch","epoch":3}"#.utf8)

    private func text(_ format: EventFormat) -> String {
        var bytes: [UInt8] = []
        format.append(json, kind: "epoch", id: 7, to: &bytes)
        format.append(json, kind: "epoch", id: 8, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test func `NDJSON is a line an event, with its id`() {
        #expect(
            text(.ndjson) == """
                {"id":7,"event":"epoch","epoch":3}
                {"id":8,"event":"epoch","epoch":3}

                """)
    }

    @Test func `a server-sent event has its id and its kind in fields of their own too`() {
        #expect(
            text(.sse) == """
                id: 7
                event: epoch
                data: {"id":7,"event":"epoch","epoch":3}

                id: 8
                event: epoch
                data: {"id":8,"event":"epoch","epoch":3}


                """)
    }

    @Test func `a heartbeat is nothing to a reader`() {
        #expect(EventFormat.ndjson.heartbeat == Array("\n".utf8))
        // A comment, and an empty line, which dispatches no event without data.
        #expect(EventFormat.sse.heartbeat == Array(": \n\n".utf8))
    }

    @Test func `a format is found by its type alone`() {
        for format in EventFormat.allCases {
            #expect(EventFormat(contentType: format.contentType) == format)
        }
        #expect(EventFormat(contentType: "application/json") == nil)
    }
}
