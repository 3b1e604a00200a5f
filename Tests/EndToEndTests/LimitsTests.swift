import TestSupport
import Testing

/// Every limit that `serve` takes, set so low that a small request is over it.
struct LimitsTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let options: [String]
        let requests: String
        let statuses: [Int]

        var testDescription: String { options.joined(separator: " ") }

        init(_ options: String..., sent requests: String, answered statuses: Int...) {
            self.options = options
            self.requests = requests
            self.statuses = statuses
        }
    }

    static let backward = post("/backward", Requests.body("backward"))
    static let train = post("/train", Requests.body("train", epochs: 5))

    static let rows: [Row] = [
        Row("--head-seconds=0.1", sent: "GET / HT", answered: 408),
        Row("--body-seconds=0.1", sent: String(backward.dropLast()), answered: 408),
        Row("--idle-seconds=0.1", sent: ""),
        Row("--max-body=100", sent: backward, answered: 413),
        Row("--max-target=9", sent: head("GET", "/healthz?a"), answered: 414),
        Row("--max-field-bytes=20", sent: head("GET", "/healthz", "A: bcd\r\n"), answered: 431),
        Row("--max-fields=1", sent: head("GET", "/healthz", "A: b\r\n"), answered: 431),
        Row("--max-depth=3", sent: backward, answered: 400),
        Row("--max-numbers=14", sent: backward, answered: 422),
        Row("--max-layers=1", sent: backward, answered: 422),
        Row("--max-parameters=64", sent: backward, answered: 422),
        Row("--max-operations=100", sent: backward, answered: 422),
        Row("--max-array-bytes=1K", sent: backward, answered: 422),
        Row("--max-steps=4", sent: train, answered: 422),
        Row("--max-reported-numbers=4", sent: train, answered: 422),
        Row(
            "--max-detached-operations=100",
            sent: post("/train", Requests.body("train"), "Prefer: respond-async\r\n"),
            answered: 422),
        Row(
            "--compute-seconds=0.05",
            sent: post("/train", Requests.body("train", epochs: 100_000)), answered: 503),
    ]

    static func head(_ method: String, _ path: String, _ fields: String = "") -> String {
        "\(method) \(path) HTTP/1.1\r\nHost: localhost\r\n\(fields)\r\n"
    }

    static func post(_ path: String, _ body: String, _ fields: String = "") -> String {
        head(
            "POST", path,
            "Content-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\(fields)")
            + body
    }

    @Test(arguments: rows)
    func `what is over a limit has its status`(row: Row) throws {
        try Server.run(row.options) { server in
            let client = try server.connection()
            try client.send(row.requests)
            for status in row.statuses { #expect(try client.response().status == status) }
            if row.statuses.isEmpty { #expect(try client.rest() == "") }
        }
    }

    @Test func `the same is taken where the limits are as they come`() throws {
        try Server.run { server in
            for row in Self.rows where !row.statuses.isEmpty {
                let client = try server.connection()
                try client.send(row.requests)
                client.closeWriting()
                // What is cut short there is cut short here, and nobody waits for the rest.
                let isWhole = row.statuses[0] != 408
                let expected = row.requests.contains("Prefer") ? 202 : isWhole ? 200 : 400
                var status = 102
                while status == 102 { status = try client.response().status }
                #expect(status == expected, "\(row.options)")
            }
        }
    }

    @Test func `a peer has no more connections than it may`() throws {
        try Server.run(["--max-connections-per-peer=1"]) { server in
            let first = try server.connection()
            try first.send(Self.head("GET", "/healthz"))
            #expect(try first.response().status == 200)
            let second = try server.connection()
            let refusal = try second.response()
            #expect(refusal.status == 503)
            #expect(refusal.fields["retry-after"] == "1")
            #expect(refusal.text.contains("urn:gradientd:problem:too_many_connections"))
            #expect(try second.rest() == "")
            try first.send(Self.head("GET", "/metrics"))
            let metrics = try first.response().text
            #expect(metrics.contains("\ngradientd_connections_refused_total 1\n"))
            #expect(
                metrics.contains(
                    #"gradientd_refusals_total{status="503",problem="too_many_connections"} 1"#))
        }
    }

    @Test func `all bodies together are no more than they may`() throws {
        try Server.run(["--max-body=1K", "--max-bodies=1"]) { server in
            let start = Self.head(
                "POST", "/forward", "Content-Type: application/json\r\nContent-Length: 1024\r\n")
            let slow = try (0..<2).map { _ in try server.connection() }
            for client in slow { try client.send(start + String(repeating: " ", count: 1000)) }
            while try !server.client.get("/metrics").text.contains("body_bytes_held 2000\n") {}
            let client = try server.connection()
            try client.send(start + String(repeating: " ", count: 49))
            let refusal = try client.response()
            #expect(refusal.status == 503)
            #expect(refusal.fields["retry-after"] == "1")
            #expect(refusal.text.contains("urn:gradientd:problem:no_room_for_body"))
            try slow[0].send(String(repeating: " ", count: 24))
            #expect(try slow[0].response().status == 400)
            // What gzip makes of one counts too: a stored block of 1000 zeros (RFC 1951 §3.2.4).
            let packed: [UInt8] =
                [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 1, 0xE8, 0x03, 0x17, 0xFC]
                + [UInt8](repeating: 0, count: 1000)
            let coded =
                "Content-Type: application/json\r\nContent-Encoding: gzip\r\n"
                + "Content-Length: \(packed.count)\r\n"
            let unpacking = try server.connection()
            try unpacking.send(Array(Self.head("POST", "/forward", coded).utf8) + packed)
            #expect(try unpacking.response().text.contains("no_room_for_body"))
            try slow[1].send(String(repeating: " ", count: 24))
            #expect(try slow[1].response().status == 400)
            #expect(try server.client.get("/metrics").text.contains("body_bytes_held 0\n"))
        }
    }

    /// Asks again and again, for as long as anybody would wait.
    private func wait(for what: String, until isSo: () throws -> Bool) throws {
        let end = ContinuousClock.now + .seconds(60)
        while try !isSo() {
            guard ContinuousClock.now < end else { throw ChildError("waited in vain: \(what)") }
        }
    }

    /// Waits until a line of the metrics says so.
    private func wait(for line: String, at server: Server) throws {
        let client = server.client
        try wait(for: line) { try client.get("/metrics").text.contains("\n\(line)\n") }
    }

    /// A client whose check of every derivative is at work for as long as it stays.
    private func occupant(of server: Server) throws -> TestClient {
        let client = try server.connection()
        let body = Requests.body("check", units: 20_000).dropLast() + #", "numerical": true}"#
        try client.send(Self.post("/check", String(body)))
        return client
    }

    @Test func `no more are computed, and no more wait, than may`() throws {
        let options = ["--workers=1", "--max-waiting=1", "--max-operations=1e15"]
        try Server.run(options) { server in
            let occupant = try occupant(of: server)
            try wait(for: "gradientd_requests_computing 1", at: server)
            let waiting = try server.connection()
            try waiting.send(Self.backward)
            try wait(for: "gradientd_requests_waiting 1", at: server)
            let refused = try server.connection()
            try refused.send(Self.backward)
            let refusal = try refused.finalResponse()
            #expect(refusal.status == 503)
            #expect(refusal.fields["retry-after"] == "1")
            #expect(refusal.text.contains("urn:gradientd:problem:overloaded"))
            occupant.close()
            #expect(try waiting.finalResponse().status == 200)
        }
    }

    @Test func `a caller has no more requests at work than it may`() throws {
        let options = ["--workers=2", "--per-token=1", "--max-operations=1e15"]
        try Server.run(options) { server in
            let client = try server.connection()
            func ask() throws -> TestClient.Response {
                try client.send(Self.backward)
                return try client.finalResponse()
            }
            var occupant = try occupant(of: server)
            var refusal = try ask()
            try wait(for: "429") {
                if refusal.status == 429 { return true }
                // It may have been the one that was refused.
                if occupant.hasInput() { occupant = try self.occupant(of: server) }
                refusal = try ask()
                return false
            }
            #expect(refusal.fields["retry-after"] != nil)
            #expect(refusal.text.contains("urn:gradientd:problem:too_many_at_once"))
            occupant.close()
            try wait(for: "200") { try ask().status == 200 }
        }
    }

    @Test func `a client has so long to take its answer`() throws {
        let options = ["--write-seconds=0.1", "--bytes-per-second=1G"]
        try Server.run(options) { server in
            let client = try server.connection()
            try client.send(Self.post("/backward", Requests.body("backward", units: 50_000)))
            let ended = #"{endpoint="/backward",when="during_answer"} 1"#
            try wait(for: "gradientd_requests_aborted_total" + ended, at: server)
            #expect(throws: TestClient.Failure.self) { try client.finalResponse() }
        }
    }

    @Test func `no more connections are served than may be open`() throws {
        try Server.run(["--max-connections=1"]) { server in
            let first = try server.connection()
            try first.send(Self.head("GET", "/healthz"))
            #expect(try first.response().status == 200)
            let second = try server.connection()
            try second.send(Self.head("GET", "/metrics"))
            try first.send(Self.head("GET", "/metrics"))
            #expect(try first.response().text.contains("\ngradientd_connections 1\n"))
            #expect(!second.hasInput())
            first.close()
            #expect(try second.response().status == 200)
        }
    }

    @Test func `the limits in force are told`() throws {
        let options = [
            "max-target": "1001", "max-field-bytes": "1002", "max-fields": "13",
            "bytes-per-second": "1004", "max-body": "1K", "max-bodies": "3K", "max-depth": "15",
            "max-numbers": "1006", "max-layers": "1007", "max-parameters": "1008",
            "max-operations": "1e9", "max-detached-operations": "1e10", "max-array-bytes": "2M",
            "max-memory": "3M",
            "max-steps": "1009", "max-reported-numbers": "1010", "head-seconds": "1.25",
            "body-seconds": "21", "idle-seconds": "22", "write-seconds": "23",
            "compute-seconds": "24", "max-connections": "1011", "max-connections-per-peer": "12",
            "workers": "1", "max-waiting": "17",
        ]
        try Server.run(options.map { "--\($0)=\($1)" }) { server in
            let text = try server.client.get("/limits").text
            for told in [
                #""request":{"body_bytes":1024,"nesting_depth":15,"numbers":1006,"layers":1007,"#
                    + #""parameters":1008,"operations":1e+09,"#
                    + #""detached_operations":1e+10,"array_bytes":2097152.0,"#
                    + #""training_steps":1009,"reported_numbers":1010}"#,
                #""message":{"target_bytes":1001,"field_bytes":1002,"field_count":13,"#
                    + #""bytes_per_second":1004}"#,
                #""head":1.25,"body":21.0,"idle":22.0,"write":23.0,"#, #""computing":24.0,"#,
                #""concurrency":{"body_bytes":3072,"memory_bytes":3145728,"connections":1011,"connections_per_peer":12,"#
                    + #""computing":1,"waiting":17}"#,
            ] {
                #expect(text.contains(told), "\(told) in \(text)")
            }
        }
    }
}
