import HTTP
import Testing

@testable import GradientService

struct AcceptTests {
    private static let offers = ["application/json", "application/x-ndjson", "text/event-stream"]

    @Test(arguments: [
        ("text/event-stream", "text/event-stream"),
        ("Text/Event-Stream", "text/event-stream"),
        ("text/event-stream; charset=utf-8", "text/event-stream"),
        ("*/*", "application/json"),
        ("text/*", "text/event-stream"),
        ("application/*", "application/json"),
        ("", "application/json"),
        // Qualities.
        ("application/json;q=0.5, text/event-stream", "text/event-stream"),
        ("application/json; Q=0.5 , text/event-stream ; q=0.4", "application/json"),
        ("application/json;q=0.5, text/event-stream;q=0.5", "application/json"),
        ("text/event-stream;q=0, */*;q=0.1", "application/json"),
        // The more specific range is in force, wherever it stands.
        ("*/*, application/json;q=0.1, application/*;q=0.2", "text/event-stream"),
        ("application/*;q=0.9, application/json;q=0.1, */*;q=0.5", "application/x-ndjson"),
        // No quality says nothing.
        ("application/json;q=0.9, text/event-stream;q=much", "text/event-stream"),
        ("application/json, text/event-stream;q=2", "application/json"),
        ("text/event-stream;q=nan", "text/event-stream"),
        ("text/event-stream;q=-1", "text/event-stream"),
        ("text/event-stream;q=", "text/event-stream"),
        // Nothing that there is.
        ("text/html", nil), ("application/json;q=0", nil), ("*/*;q=0.0", nil), ("json", nil),
        ("text/html;q=1, image/*", nil),
    ])
    func `the client gets what it would rather have`(accept: String, expected: String?) {
        #expect(Accept(["Accept": accept]).best(of: Self.offers) == expected)
    }

    @Test func `without the field it takes anything`() {
        #expect(Accept([:]).best(of: Self.offers) == "application/json")
    }

    @Test func `several lines are one list`() {
        let fields: HTTPFields = [
            "Accept": "application/json;q=0.1", "accept": "text/event-stream",
        ]
        #expect(Accept(fields).best(of: Self.offers) == "text/event-stream")
    }
}
