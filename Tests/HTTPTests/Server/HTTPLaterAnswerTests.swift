import TestSupport
import Testing

@testable import HTTP

/// Answers that are given when their worker has long turned to others.
struct HTTPLaterAnswerTests {
    private static var oneWorker: HTTPLimits {
        var limits = HTTPLimits()
        limits.computing = 1
        limits.waiting = 0
        return limits
    }

    private static func answer(_ text: String) -> HTTPResponse {
        HTTPResponse(status: .ok, body: Array(text.utf8))
    }

    @Test
    func `the worker is free while an answer is outstanding`() async throws {
        try await withServer(limits: Self.oneWorker) { port, responder in
            let client = try TestClient(port: port)
            try client.send(request("GET", "/later"))
            #expect(responder.postponed.reaches(1))
            let other = try TestClient(port: port)
            try other.send(request("GET", "/x"))
            #expect(try other.response().text == "/x")
            responder.later.withLock { $0[0] }.deliver(Self.answer("at last"))
            #expect(try client.response().text == "at last")
        }
    }

    @Test
    func `what needs no worker is answered while all of them compute`() async throws {
        try await withServer(limits: Self.oneWorker) { port, responder in
            let busy = try TestClient(port: port)
            try busy.send(request("GET", "/held"))
            #expect(responder.begun.reaches(1))
            let client = try TestClient(port: port)
            try client.send(request("GET", "/beside"))
            #expect(try client.response().text == "/beside")
            try client.send(request("GET", "/beside/later") + request("GET", "/beside"))
            #expect(responder.postponed.reaches(1))
            responder.later.withLock { $0[0] }.deliver(Self.answer("at last"))
            #expect(try client.response().text == "at last")
            #expect(try client.response().text == "/beside")
            responder.gate.open()
            #expect(try busy.response().text == "held")
        }
    }

    @Test
    func `requests behind a later answer wait for it`() async throws {
        try await withServer(limits: Self.oneWorker) { port, responder in
            let client = try TestClient(port: port)
            try client.send(request("GET", "/later") + request("GET", "/x"))
            #expect(responder.postponed.reaches(1))
            responder.later.withLock { $0[0] }.deliver(Self.answer("at last"))
            #expect(try client.response().text == "at last")
            #expect(try client.response().text == "/x")
        }
    }

    @Test
    func `whoever computes elsewhere is told that the client is gone`() async throws {
        try await withServer(limits: Self.oneWorker) { port, responder in
            let client = try TestClient(port: port)
            try client.send(request("GET", "/later"))
            #expect(responder.postponed.reaches(1))
            let answer = responder.later.withLock { $0[0] }
            #expect(!answer.isCancelled())
            client.reset()
            while !answer.isCancelled() { Gate.pause() }
            answer.deliver(Self.answer("for nobody"))
        }
    }

    @Test
    func `whoever computes elsewhere is told that its time is up`() async throws {
        var limits = Self.oneWorker
        limits.computingTime = .milliseconds(20)
        try await withServer(limits: limits) { port, responder in
            let client = try TestClient(port: port)
            try client.send(request("GET", "/later"))
            #expect(responder.postponed.reaches(1))
            let answer = responder.later.withLock { $0[0] }
            while !answer.isCancelled() { Gate.pause() }
            answer.deliver(Self.answer("so far"))
            #expect(try client.response().text == "so far")
        }
    }

    @Test
    func `a stream for a client that is gone is cancelled`() async throws {
        let stream = TestStream()
        try await withServer(limits: Self.oneWorker) { port, responder in
            let client = try TestClient(port: port)
            try client.send(request("GET", "/later"))
            #expect(responder.postponed.reaches(1))
            let answer = responder.later.withLock { $0[0] }
            client.reset()
            while !answer.isCancelled() { Gate.pause() }
            answer.deliver(HTTPResponse(status: .ok, content: .stream(stream)))
            #expect(stream.cancelled.reaches(1))
        }
        #expect(stream.asked.value == 0)
    }

    @Test
    func `draining waits for a later answer`() async throws {
        let responder = TestResponder()
        let server = HTTPServer(
            host: "127.0.0.1", port: 0, limits: Self.oneWorker, responder: responder)
        let port = try server.start()
        let client = try TestClient(port: port)
        try client.send(request("GET", "/later"))
        #expect(responder.postponed.reaches(1))
        let answering = Thread {
            while (try? TestClient(port: port)) != nil { Gate.pause() }
            responder.later.withLock { $0[0] }.deliver(Self.answer("at last"))
            let response = try client.response()
            #expect(response.text == "at last")
            #expect(response.fields["connection"] == "close")
            client.close()
        }
        await server.drain(within: .seconds(60))
        try answering.join()
    }

    @Test
    func `an answer that is delivered twice is our own mistake`() async {
        await #expect(processExitsWith: .failure) {
            let responder = TestResponder()
            let service = HTTPService(limits: HTTPLimits(), responder: responder)
            let head = try HTTPRequestHead(method: "GET", target: "/later")
            _ = service.compute(HTTPRequest(head: head), Cancellation(), mayWorkHere: false) { _ in
            }
            guard responder.postponed.reaches(1) else { return }
            let answer = responder.later.withLock { $0[0] }
            for _ in 0..<2 { answer.deliver(HTTPResponse(status: .ok)) }
        }
    }
}
