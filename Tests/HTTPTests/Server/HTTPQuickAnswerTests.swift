import TestSupport
import Testing

@testable import HTTP

/// Answers that are made on an event loop, as the way to a worker would take longer.
struct HTTPQuickAnswerTests {
    /// A server with one worker, which is busy, and a client that may go on.
    private func withBusyServer(
        waiting: Int = 0, _ body: @escaping @Sendable (TestClient, TestResponder) throws -> Void
    ) async throws {
        var limits = HTTPLimits()
        limits.computing = 1
        limits.waiting = waiting
        try await withServer(limits: limits) { port, responder in
            let busy = try TestClient(port: port)
            try busy.send(request("GET", "/held"))
            #expect(responder.begun.reaches(1))
            try body(try TestClient(port: port), responder)
            responder.gate.open()
            #expect(try busy.response().text == "held")
        }
    }

    @Test
    func `what is quick is answered while all workers compute`() async throws {
        try await withBusyServer { client, _ in
            for path in ["/quick/1", "/quick/2"] {
                try client.send(request("GET", path))
                #expect(try client.response().text == path)
            }
        }
    }

    @Test
    func `those that come in a row are answered in their order`() async throws {
        let paths = (0..<500).map { "/quick/\($0)" }
        try await withServer { port, _ in
            let client = try TestClient(port: port)
            try client.send(paths.map { request("GET", $0) }.joined())
            for path in paths { #expect(try client.response().text == path) }
        }
    }

    @Test
    func `after some in a row others get their turn, and a worker goes on`() async throws {
        try await withBusyServer { client, _ in
            try client.send(String(repeating: request("GET", "/quick"), count: 17))
            let statuses = try (0..<17).map { _ in try client.response().status }
            #expect(statuses == [Int](repeating: 200, count: 16) + [503])
        }
    }

    @Test
    func `work that shows to be more waits for a worker`() async throws {
        try await withBusyServer(waiting: 1) { client, responder in
            try client.send(request("GET", "/quick/held"))
            #expect(!client.hasInput())
            responder.gate.open()
            #expect(try client.response().text == "worked")
        }
    }

    @Test
    func `work that shows to be more is turned away where too much waits`() async throws {
        try await withBusyServer { client, _ in
            try client.send(request("GET", "/quick/held"))
            #expect(try client.response().status == 503)
        }
    }

    @Test
    func `work that a worker finds it does at once`() async throws {
        try await withServer { port, responder in
            let client = try TestClient(port: port)
            try client.send(request("GET", "/hard/held"))
            #expect(responder.begun.reaches(1))
            responder.gate.open()
            #expect(try client.response().text == "worked")
        }
    }
}
