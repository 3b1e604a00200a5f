import Glibc
import Testing

@testable import HTTP

struct HTTPServerLeakTests {
    @Test
    func `every descriptor is given back, however a connection ends`() async {
        // Descriptors are counted, so this has a process of its own.
        await #expect(processExitsWith: .success) {
            // What Dispatch opens for itself stays, so the first round does not count.
            try await serveOneRound(connections: 7)
            let before = openDescriptors()
            try await serveOneRound(connections: 140)
            #expect(openDescriptors() == before)
        }
    }
}

private func serveOneRound(connections: Int) async throws {
    var limits = HTTPLimits()
    limits.presenceTime = .milliseconds(20)
    limits.idleTime = .milliseconds(500)
    limits.waiting = connections
    try await withServer(limits: limits) { port, responder in
        for number in 0..<connections {
            let client = try TestClient(port: port)
            switch number % 7 {
            case 0:
                try client.send(request("GET", "/x", "Connection: close\r\n"))
                _ = try client.rest()
            case 1:
                try client.send("bad\r\n\r\n")
                _ = try client.rest()
            case 2:
                try client.send(request("POST", "/echo", "Content-Length: 9\r\n") + "cut")
            case 3:
                try client.send(request("GET", "/large"))
            case 4:
                try client.send(request("GET", "/held"))
            case 5:
                try client.send(request("GET", "/held"))
                client.reset()
            default:
                break
            }
        }
        responder.gate.open()
    }
}

private func openDescriptors() -> Int {
    var count = 0
    for descriptor in Int32(0)..<1024 where fcntl(descriptor, F_GETFD) >= 0 { count += 1 }
    return count
}
