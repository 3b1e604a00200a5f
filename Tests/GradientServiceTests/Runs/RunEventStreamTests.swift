import HTTP
import JSON
import Testing

@testable import GradientService

/// The events of a run, as they are listened to.
struct RunEventStreamTests {
    private func stream(
        _ served: Served, of id: String, _ query: String = "", fields: HTTPFields = [:]
    ) throws -> any HTTPBodyStream {
        let response = try served.service.answer(
            "GET", "/runs/\(id)/events\(query)", fields: fields)
        try #require(response.status == .ok, "\(String(decoding: response.body, as: UTF8.self))")
        #expect(response.fields["Cache-Control"] == "no-store")
        return try #require(response.stream)
    }

    /// A run of five events that has ended.
    private func done() throws -> (Served, id: String) {
        let served = try Served()
        let id = try served.submit(Served.body(epochs: 300), epochs: 300)
        _ = try served.ended(id)
        return (served, id.description)
    }

    @Test func `what a run has told is told again, and is over`() throws {
        let (served, id) = try done()
        let events = try stream(served, of: id).events()
        #expect(try events.ids == [1, 2, 3, 4, 5])
        #expect(try events.kinds == ["started", "epoch", "epoch", "epoch", "done"])
    }

    @Test(
        arguments: [
            ("?after=3", [:], [4, 5]), ("?after=0", [:], [1, 2, 3, 4, 5]), ("?after=5", [:], []),
            ("?after=99", [:], []), ("", ["Last-Event-ID": "4"], [5]),
            // The header is what a browser has seen; the query is what its page once asked for.
            ("?after=1", ["Last-Event-ID": "4"], [5]),
        ] as [(String, HTTPFields, [Double])])
    func `a listener goes on where it was`(
        query: String, fields: HTTPFields, expected: [Double]
    ) throws {
        let (served, id) = try done()
        #expect(try stream(served, of: id, query, fields: fields).events().ids == expected)
    }

    @Test func `events are told as they come, until the run has ended`() throws {
        let served = try Served()
        let id = try served.submit(Served.body(epochs: 3000), epochs: 3000)
        let events = try stream(served, of: id.description).events()
        #expect(try events.ids == (1...32).map { Double($0) })
        #expect(try events.kinds.last == "done")
    }

    @Test func `a run that waits is listened to before it begins`() throws {
        let served = try Served { $0.detachedAtOnce = 1 }
        let (first, second) = (try served.submit(), try served.submit())
        let stream = try stream(served, of: second.description)
        try served.cancel(second)
        #expect(try stream.events().kinds == ["cancelled"])
        try served.cancel(first)
    }

    @Test func `the end of the server ends it, whatever the run does`() throws {
        let served = try Served()
        let id = try served.submit()
        let stream = try stream(served, of: id.description)
        _ = try stream.piece()
        stream.drain()
        #expect(try stream.events().kinds.allSatisfy { $0 == "epoch" })
        #expect(try served.runs.store.run(id).state == .running)
        try served.cancel(id)
    }

    @Test func `a listener that waits is let go by the end of the server`() throws {
        let served = try Served { $0.detachedAtOnce = 1 }
        let (first, second) = (try served.submit(), try served.submit())
        let stream = try stream(served, of: second.description)
        stream.drain()
        #expect(try stream.rest().isEmpty)
        for id in [first, second] { try served.cancel(id) }
    }

    @Test func `listeners of a run that is forgotten come to an end`() throws {
        let served = try Served { $0.detachedAtOnce = 1 }
        let (first, second) = (try served.submit(), try served.submit())
        let stream = try stream(served, of: second.description)
        try served.runs.store.delete(second)
        #expect(try stream.rest().isEmpty)
        try served.cancel(first)
    }

    @Test func `the events of a service that has ended are over`() throws {
        let served = try Served()
        let id = try served.submit()
        let stream = try stream(served, of: id.description)
        served.trainings.suspend()
        #expect(try stream.rest().isEmpty)
    }

    @Test func `they are server-sent for a browser, and lines where nothing is said`() throws {
        let (served, id) = try done()
        func type(_ accept: String?) throws -> String? {
            try served.service.answer(
                "GET", "/runs/\(id)/events", fields: accept.map { ["Accept": $0] } ?? [:]
            ).fields["Content-Type"]
        }
        #expect(try type("text/event-stream") == "text/event-stream")
        #expect(try type(nil) == "application/x-ndjson")
        #expect(try type("application/json") == "application/problem+json")
    }

    @Test(
        arguments: [
            ("?after=x", [:]), ("?after=-1", [:]), ("?after=", [:]), ("?before=3", [:]),
            ("", ["Last-Event-ID": "x"]), ("?after=99999999999999999999", [:]),
        ] as [(String, HTTPFields)])
    func `a place that is none is refused`(query: String, fields: HTTPFields) throws {
        let (served, id) = try done()
        let answer = try Answer(
            served.service.answer("GET", "/runs/\(id)/events\(query)", fields: fields))
        #expect(answer.status == 422)
    }
}
