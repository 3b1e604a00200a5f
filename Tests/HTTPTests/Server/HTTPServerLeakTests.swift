import Dispatch
import Glibc
import TestSupport
import Testing

@testable import HTTP

struct HTTPServerLeakTests {
    @Test
    func `every descriptor is given back, however a connection ends`() async {
        // Descriptors are counted, so this has a process of its own.
        await #expect(processExitsWith: .success) {
            // Dispatch may keep some of its own. There are twenty connections of each kind.
            let most = openDescriptors() + 10
            try await serve(connections: 220)
            // The event loops end, and give back theirs, on threads of their own.
            #expect(comesTrue { openDescriptors() <= most })
        }
    }
}

private func serve(connections: Int) async throws {
    var limits = HTTPLimits()
    limits.presenceTime = .milliseconds(20)
    limits.idleTime = .milliseconds(500)
    limits.waiting = connections
    limits.heartbeatTime = .milliseconds(20)
    let streams = (0..<connections).map { _ in
        TestStream(heartbeat: "\n") { number, deliver in
            DispatchQueue.global().async {
                deliver(number < 20 ? .bytes([UInt8](repeating: 1, count: 50_000)) : .end())
            }
        }
    }
    try await withServer(limits: limits, streams: streams) { port, responder in
        for number in 0..<connections {
            let client = try TestClient(port: port)
            switch number % 11 {
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
            case 6:
                try client.send(request("GET", "/stream", "Connection: close\r\n"))
                _ = try client.rest()
            case 7:
                try client.send(request("GET", "/stream"))
                client.reset()
            case 8:
                try client.send(request("GET", "/stream") + request("GET", "/stream"))
                _ = try client.response()
            case 9:
                try client.send(request("GET", "/later"))
            default:
                break
            }
        }
        responder.gate.open()
        for answer in responder.later.withLock({ $0 }) {
            answer.deliver(HTTPResponse(status: .ok))
        }
    }
    #expect(streams.allSatisfy { $0.cancelled.value <= 1 })
}

private func openDescriptors() -> Int {
    var count = 0
    for descriptor in Int32(0)..<1024 where fcntl(descriptor, F_GETFD) >= 0 { count += 1 }
    return count
}
