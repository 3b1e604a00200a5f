import Testing

@testable import GradientClient

struct ServerSentEventTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let text: String
        let events: [ServerSentEvent]

        init(_ description: String, _ text: String, _ events: [ServerSentEvent]) {
            testDescription = description
            self.text = text
            self.events = events
        }
    }

    static let cases = [
        Case(
            "what the service sends", "id: 7\nevent: epoch\ndata: {\"event\":\"epoch\"}\n\n: \n\n",
            [ServerSentEvent(event: "epoch", data: "{\"event\":\"epoch\"}", id: "7")]),
        Case(
            "several lines of data", "data: YHOO\ndata: +2\ndata: 10\n\n",
            [ServerSentEvent(data: "YHOO\n+2\n10")]),
        // The examples of the standard, §9.2.6.
        Case(
            "ids that stay, and one that is taken back",
            ": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\n"
                + "data:  third event\n\n",
            [
                ServerSentEvent(data: "first event", id: "1"),
                ServerSentEvent(data: "second event"),
                ServerSentEvent(data: " third event"),
            ]),
        Case(
            "empty data is an event, an end within one is none", "data\n\ndata\ndata\n\ndata:",
            [ServerSentEvent(data: ""), ServerSentEvent(data: "\n")]),
        Case(
            "one space behind the colon or none", "data:test\n\ndata: test\n\n",
            [ServerSentEvent(data: "test"), ServerSentEvent(data: "test")]),
        Case(
            "an id stays for what follows", "id: 1\ndata: a\n\ndata: b\n\n",
            [ServerSentEvent(data: "a", id: "1"), ServerSentEvent(data: "b", id: "1")]),
        Case(
            "an id without data is kept too", "id: 1\n\ndata: b\n\n",
            [ServerSentEvent(data: "b", id: "1")]),
        Case("an id with NUL is passed over", "id: 1\0\ndata: a\n\n", [ServerSentEvent(data: "a")]),
        Case(
            "a name without data is forgotten", "event: x\n\ndata: a\n\n",
            [ServerSentEvent(data: "a")]),
        Case(
            "CR LF", "event: x\r\ndata: a\r\ndata: b\r\n\r\n",
            [ServerSentEvent(event: "x", data: "a\nb")]),
        Case(
            "CR", "event: x\rdata: a\r\rdata: b\r\r",
            [ServerSentEvent(event: "x", data: "a"), ServerSentEvent(data: "b")]),
        Case(
            "CR, LF and CR LF together", "data: a\rdata: b\ndata: c\r\n\r",
            [ServerSentEvent(data: "a\nb\nc")]),
        Case("a byte order mark", "\u{FEFF}data: a\n\n", [ServerSentEvent(data: "a")]),
        Case(
            "a byte order mark in the middle", "data: a\n\n\u{FEFF}data: b\n\n",
            [ServerSentEvent(data: "a")]),
        Case(
            "unknown fields", "retry: 10\nfoo: bar\nData: x\n data: y\ndata: a\n\n",
            [ServerSentEvent(data: "a")]),
        Case(
            "characters of several bytes", "data: ∂J/∂W 😀\n\n",
            [ServerSentEvent(data: "∂J/∂W 😀")]),
        Case("colons in a value", "data: a: b:c\n\n", [ServerSentEvent(data: "a: b:c")]),
    ]

    @Test(arguments: cases)
    func `a stream is read as the standard says`(example: Case) {
        var parser = ServerSentEventParser()
        #expect(parser.append(example.text.utf8) == example.events)
    }

    @Test(arguments: cases)
    func `a stream may be cut at every byte`(example: Case) {
        let bytes = Array(example.text.utf8)
        for cut in 0...bytes.count {
            var parser = ServerSentEventParser()
            let events = parser.append(bytes[..<cut]) + parser.append(bytes[cut...])
            #expect(events == example.events)
        }
    }

    @Test(arguments: cases)
    func `a stream may come byte by byte`(example: Case) {
        var parser = ServerSentEventParser()
        #expect(example.text.utf8.flatMap { parser.append([$0]) } == example.events)
    }

    @Test
    func `an event is there with its last byte`() {
        var parser = ServerSentEventParser()
        #expect(parser.append("data: a\r\n".utf8).isEmpty)
        #expect(parser.append("\r".utf8) == [ServerSentEvent(data: "a")])
        #expect(parser.append("\ndata: b\n\n".utf8) == [ServerSentEvent(data: "b")])
    }
}
