import Glibc
import GradientClient
import JSON
import TestSupport
import Testing

/// What the built program tells those who run it.
struct OperationTests {
    /// The lines of the log, each an object.
    private func log(_ error: String) throws -> [JSONCursor] {
        try error.split(separator: "\n").map { try JSONDocument(parsing: Array($0.utf8)).root }
    }

    @Test func `a request is named in its answer, in the log and in our faults`() throws {
        try Server.run(["--log-format=json", "--workers=1", "--compute-seconds=1"]) { server in
            // One connection, so that the lines of the log have the order of the requests.
            let client = server.client
            let trace = "4bf92f3577b34da6a3ce929d0e0e4736"
            let fields = [
                Field("X-Request-Id", "mine-1"),
                Field("traceparent", "00-\(trace)-00f067aa0ba902b7-01"),
            ]
            let named = try client.request(
                method: "GET", path: "/limits?token=secret", fields: fields)
            #expect(named.value(of: "X-Request-Id") == "mine-1")
            let made = try client.get("/nowhere%0a%1b[31m")
            let id = try #require(made.value(of: "X-Request-Id"))
            // More epochs than a second has time for.
            let fault = try client.post(
                "/train", json: Array(Requests.body("train", epochs: 1_000_000).utf8))
            #expect(fault.status == 503)
            let problem = try JSONDocument(parsing: fault.body).root
            #expect(problem.text("request_id") == fault.value(of: "X-Request-Id"))
            server.process.send(SIGTERM)
            let end = try server.process.finish()
            #expect(end.status == 0)
            #expect(!end.error.contains("secret"))
            let lines = try log(end.error)
            let requests = lines.filter { $0.text("event") == "request" }
            #expect(
                requests.map { $0.text("request_id") }
                    == ["mine-1", id, fault.value(of: "X-Request-Id")])
            #expect(requests.map { $0.number("status") } == [200, 404, 503])
            #expect(requests[0].text("path") == "/limits")
            #expect(requests[0].text("trace_id") == trace)
            #expect(requests[1].text("problem") == "unknown_path")
        }
    }

    @Test func `signals have it tell more, and less`() throws {
        try Server.run(["--log-level=warn"]) { server in
            for (signal, level) in [
                (SIGUSR1, "info"), (SIGUSR1, "debug"), (SIGUSR2, "info"), (SIGUSR2, "warn"),
            ] {
                server.process.send(signal)
                let line = try server.process.readErrorLine()
                #expect(line?.hasSuffix(" warn log_level to=\(level)") == true)
            }
        }
    }

    @Test func `it says that it is not ready before it stops listening`() throws {
        try Server.run(["--drain-delay=60"]) { server in
            #expect(try server.client.get("/readyz").status == 200)
            server.process.send(SIGTERM)
            while try server.client.get("/readyz").status == 200 { usleep(5000) }
            let ready = try server.client.get("/readyz")
            #expect(ready.status == 503)
            #expect(ready.text.contains("urn:gradientd:problem:draining"))
            // Work is still taken, and the process lives.
            #expect(try server.client.get("/healthz").status == 200)
            let body = Array(Requests.body("backward").utf8)
            let answer = try server.client.post("/backward", json: body)
            #expect(answer.status == 200)
        }
    }

    @Test func `a log that nobody reads holds up no request`() throws {
        // The log is a pipe of 64 KiB that is read after the end only; each line has 150 bytes.
        try Server.run(["--log-level=debug"]) { server in
            let client = server.client
            for _ in 0..<3000 { #expect(try client.get("/healthz").status == 200) }
            server.process.send(SIGTERM)
            let end = try server.process.finish()
            #expect(end.status == 0)
        }
    }

    @Test func `a service manager is told when it is ready, lives and stops`() throws {
        let name = "@gradientd-end-to-end-\(getpid())"
        let listener = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        defer { close(listener) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) {
            $0.copyBytes(from: ("\0" + name.dropFirst()).utf8)
        }
        let length = socklen_t(2 + name.utf8.count)
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(listener, $0, length) }
        }
        try #require(bound == 0)
        var patience = timeval(tv_sec: 60, tv_usec: 0)
        setsockopt(
            listener, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        func message() -> String {
            var bytes = [UInt8](repeating: 0, count: 256)
            let count = recv(listener, &bytes, bytes.count, 0)
            return String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self)
        }
        let process = try ChildProcess(
            ["serve", "--port", "0", "--data-dir", ":memory:"],
            environment: ["NOTIFY_SOCKET": name, "WATCHDOG_USEC": "200000"])
        defer { process.end() }
        #expect(message() == "READY=1")
        #expect(message() == "WATCHDOG=1")
        #expect(message() == "WATCHDOG=1")
        process.send(SIGTERM)
        var last = message()
        while last == "WATCHDOG=1" { last = message() }
        #expect(last == "STOPPING=1")
        let end = try process.finish()
        #expect(end.status == 0)
    }
}

extension JSONCursor {
    /// A member's value; nil where there is none.
    private func member(_ name: String) -> JSONCursor? {
        (try? members())?.first { $0.name == name }?.value
    }

    fileprivate func text(_ name: String) -> String? { try? member(name)?.string() }
    fileprivate func number(_ name: String) -> Double? { try? member(name)?.number() }
}
