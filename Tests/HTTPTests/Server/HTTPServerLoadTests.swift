import Glibc
import TestSupport
import Testing

@testable import HTTP

struct HTTPServerLoadTests {
    @Test
    func `what can neither run nor wait is turned away`() async throws {
        var limits = HTTPLimits()
        limits.computing = 1
        limits.waiting = 1
        limits.retryAfterSeconds = 7
        try await withServer(limits: limits) { port, responder in
            let running = try TestClient(port: port)
            try running.send(request("GET", "/held"))
            #expect(responder.begun.reaches(1))
            // Of the two that come now the one that is read first waits, the other is refused.
            let clients = try (0..<2).map { _ in try TestClient(port: port) }
            for client in clients { try client.send(request("GET", "/x")) }
            var refusedIndex: Int?
            for _ in 0..<10_000 where refusedIndex == nil {
                refusedIndex = clients.firstIndex { $0.hasInput() }
            }
            let refused = clients[try #require(refusedIndex)]
            let refusal = try refused.response()
            #expect(refusal.status == 503)
            #expect(refusal.fields["retry-after"] == "7")
            #expect(refusal.fields["connection"] == nil)
            responder.gate.open()
            #expect(try running.response().text == "held")
            #expect(try clients.first { $0 !== refused }?.response().status == 200)
            try refused.send(request("GET", "/after"))
            #expect(try refused.response().text == "/after")
        }
    }

    @Test
    func `what needs no computing is answered while the workers are busy`() async throws {
        var limits = HTTPLimits()
        limits.computing = 1
        limits.waiting = 0
        try await withServer(limits: limits) { port, responder in
            let running = try TestClient(port: port)
            try running.send(request("GET", "/held"))
            #expect(responder.begun.reaches(1))
            let client = try TestClient(port: port)
            try client.send(request("GET", "/early") + request("GET", "/early"))
            for _ in 0..<2 {
                let response = try client.response()
                #expect(response.status == 200 && response.text == "early")
            }
        }
    }

    @Test
    func `clients that break off in a body make room for others`() async throws {
        var limits = HTTPLimits()
        limits.connections = 1
        limits.bodyTime = .seconds(3600)
        try await withServer(limits: limits) { port, _ in
            for _ in 0..<50 {
                let client = try TestClient(port: port)
                try client.send(request("POST", "/echo", "Content-Length: 9999\r\n") + "cut")
                client.reset()
            }
            let client = try TestClient(port: port)
            try client.send(request("GET", "/x"))
            #expect(try client.response().text == "/x")
        }
    }

    @Test
    func `running computations do not hold up other connections`() async throws {
        var limits = HTTPLimits()
        limits.computing = 1
        limits.waiting = 0
        try await withServer(limits: limits) { port, responder in
            let running = try TestClient(port: port)
            try running.send(request("GET", "/held"))
            #expect(responder.begun.reaches(1))
            let client = try TestClient(port: port)
            try client.send(request("GET", "/missing"))
            #expect(try client.response().status == 404)
        }
    }

    @Test
    func `requests behind a running one wait in bounded memory`() async throws {
        var limits = HTTPLimits()
        limits.pipelinedBytes = 1000
        try await withServer(limits: limits) { port, responder in
            let client = try TestClient(port: port)
            try client.send(request("GET", "/held"))
            #expect(responder.begun.reaches(1))
            let count = 20_000
            let sender = Thread {
                try client.send(String(repeating: request("GET", "/x"), count: count))
            }
            responder.gate.open()
            #expect(try client.response().text == "held")
            for _ in 0..<count { try #require(try client.response().text == "/x") }
            try sender.join()
        }
    }

    @Test
    func `running out of descriptors is survived`() async {
        // The limit is of the whole process, so this has one of its own.
        await #expect(processExitsWith: .success) {
            let responder = TestResponder()
            let server = HTTPServer(host: "127.0.0.1", port: 0, responder: responder)
            let port = try server.start()
            let first = try TestClient(port: port)
            try first.send(request("GET", "/first"))
            try #require(try first.response().text == "/first")
            var limit = rlimit(rlim_cur: 64, rlim_max: 64)
            try #require(setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0)
            // Client and server share the limit: when no client can be opened any more, some
            // that were opened wait for the server to accept them.
            var clients: [TestClient] = []
            while let client = try? TestClient(port: port) { clients.append(client) }
            try #require(clients.count > 10)
            try first.send(request("GET", "/still"))
            try #require(try first.response().text == "/still")
            let last = clients.removeLast()
            clients.removeAll()
            try last.send(request("GET", "/last"))
            try #require(try last.response().text == "/last")
            await server.drain(within: .seconds(10))
        }
    }
}
