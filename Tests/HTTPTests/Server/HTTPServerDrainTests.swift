import FoundationEssentials
import TestSupport
import Testing

@testable import HTTP

struct HTTPServerDrainTests {
    @Test
    func `draining finishes what runs and closes what is idle`() async throws {
        let responder = TestResponder()
        let server = HTTPServer(host: "127.0.0.1", port: 0, responder: responder)
        let port = try server.start()
        let idle = try TestClient(port: port)
        try idle.send(request("GET", "/x"))
        #expect(try idle.response().text == "/x")
        let running = try TestClient(port: port)
        try running.send(request("GET", "/held") + request("GET", "/never"))
        #expect(responder.begun.reaches(1))
        let clients = Thread {
            #expect(try idle.rest() == "")
            responder.gate.open()
            let response = try running.response()
            #expect(response.text == "held")
            #expect(response.fields["connection"] == "close")
            #expect(try running.rest() == "")
            running.close()
        }
        await server.drain(within: .seconds(60))
        try clients.join()
        #expect(throws: TestClient.Failure.self) { try TestClient(port: port) }
    }

    @Test
    func `draining cancels what does not end in time`() async throws {
        let responder = TestResponder()
        var limits = HTTPLimits()
        limits.computing = 1
        let server = HTTPServer(host: "127.0.0.1", port: 0, limits: limits, responder: responder)
        let port = try server.start()
        let running = try TestClient(port: port)
        try running.send(request("GET", "/held"))
        #expect(responder.begun.reaches(1))
        await server.drain(within: .milliseconds(10))
        #expect(responder.cancelled.value == 1)
        #expect(try running.response().text == "stop")
    }

    @Test
    func `a request that is being read is finished`() async throws {
        let responder = TestResponder()
        let server = HTTPServer(host: "127.0.0.1", port: 0, responder: responder)
        let port = try server.start()
        let client = try TestClient(port: port)
        let fields = "Content-Length: 2\r\nExpect: 100-continue\r\n"
        try client.send(request("POST", "/echo", fields))
        #expect(try client.response().status == 100)
        let sender = Thread {
            // Until this is refused, draining has not begun.
            while (try? TestClient(port: port)) != nil { Gate.pause() }
            try client.send("hi")
            let response = try client.response()
            #expect(response.text == "hi")
            #expect(response.fields["connection"] == "close")
            client.close()
        }
        await server.drain(within: .seconds(60))
        try sender.join()
    }

    @Test
    func `a server may start again on the port at once`() async throws {
        var port: UInt16 = 0
        for _ in 0..<3 {
            let server = HTTPServer(host: "127.0.0.1", port: port, responder: TestResponder())
            port = try server.start()
            let client = try TestClient(port: port)
            try client.send(request("GET", "/x"))
            #expect(try client.response().text == "/x")
            await server.drain(within: .seconds(10))
        }
    }

    @Test
    func `draining twice is the same as once`() async throws {
        let server = HTTPServer(host: "127.0.0.1", port: 0, responder: TestResponder())
        _ = try server.start()
        await server.drain(within: .seconds(10))
        await server.drain(within: .seconds(10))
    }

    @Test
    func `a request that came before the end is answered, though nobody had read it`() async throws
    {
        // The log holds up all event loops: the connections are dealt out to them in turn.
        let loops = min(ProcessInfo.processInfo.activeProcessorCount, 4)
        let gate = Gate()
        let held = Counter()
        let server = HTTPServer(host: "127.0.0.1", port: 0, responder: TestResponder()) {
            guard $0.head?.path == "/blocking" else { return }
            held.increment()
            while !gate.isOpen { Gate.pause() }
        }
        let port = try server.start()
        let clients = try (0..<(2 * loops)).map { _ in
            let client = try TestClient(port: port)
            try client.send(request("GET", "/x"))
            #expect(try client.response().text == "/x")
            return client
        }
        for client in clients[..<loops] { try client.send(request("GET", "/blocking")) }
        #expect(held.reaches(loops))
        let others = Thread {
            while (try? TestClient(port: port)) != nil { Gate.pause() }
            for client in clients[loops...] { try client.send(request("GET", "/late")) }
            gate.open()
            for client in clients[loops...] {
                let response = try client.response()
                #expect(response.text == "/late")
                #expect(response.fields["connection"] == "close")
                client.close()
            }
            for client in clients[..<loops] { client.close() }
        }
        await server.drain(within: .seconds(60))
        try others.join()
    }

    @Test
    func `draining ends though an event loop is held up`() async throws {
        let gate = Gate()
        let held = Counter()
        let server = HTTPServer(host: "127.0.0.1", port: 0, responder: TestResponder()) { _ in
            held.increment()
            while !gate.isOpen { Gate.pause() }
        }
        let port = try server.start()
        let client = try TestClient(port: port)
        try client.send(request("GET", "/x"))
        #expect(held.reaches(1))
        await server.drain(within: .milliseconds(10))  // Would wait for ever.
        gate.open()
    }
}
