import Foundation
import Glibc
import GradientClient
import JSON
import TestSupport
import Testing

/// Who is let in by the built program.
struct AccessTests {
    /// A file of tokens, while `body` runs.
    private func withTokens(_ text: String, _ body: (URL) throws -> Void) throws {
        let file = FileManager.default.temporaryDirectory
            .appendingPathComponent("gradientd-tokens-\(UUID().uuidString)")
        try text.write(to: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(at: file) }
        try body(file)
    }

    private func status(_ server: Server, token: String?, path: String = "/limits") throws -> Int {
        try GradientClient(baseURL: server.url, token: token).get(path).status
    }

    @Test func `tokens of a file let in, and are changed by SIGHUP`() throws {
        try withTokens("one\ntwo\n") { file in
            try Server.run(["--token-file", file.path, "--log-level=error"]) { server in
                #expect(try status(server, token: nil) == 401)
                #expect(try status(server, token: "three") == 401)
                #expect(try status(server, token: "two") == 200)
                for path in ["/healthz", "/readyz", "/openapi.yaml", "/", "/docs"] {
                    #expect(try status(server, token: nil, path: path) == 200)
                }
                try "three\n".write(to: file, atomically: true, encoding: .utf8)
                server.process.send(SIGHUP)
                while try status(server, token: "three") != 200 { usleep(5000) }
                #expect(try status(server, token: "two") == 401)
                // A file that is broken changes nothing, and is told; the server goes on.
                try "not a token\n".write(to: file, atomically: true, encoding: .utf8)
                server.process.send(SIGHUP)
                let told = try #require(try server.process.readErrorLine())
                #expect(told.contains(" error tokens_not_reloaded reason="))
                #expect(
                    told.hasSuffix(
                        ": line 1 is no token: letters, digits and -._~+/= are what one is made of\""
                    ))
                try FileManager.default.removeItem(at: file)
                server.process.send(SIGHUP)
                #expect(try server.process.readErrorLine()?.contains("No such file") == true)
                #expect(try status(server, token: "three") == 200)
            }
        }
    }

    @Test func `a token of the environment lets in, and health brings it`() throws {
        let process = try ChildProcess(
            ["serve", "--port", "0", "--host", "0.0.0.0", "--data-dir", ":memory:"],
            environment: ["GRADIENTD_TOKEN": "one", "GRADIENTD_TOKENS": "two, three"])
        defer { process.end() }
        let line = try #require(try process.readLine())
        let port = try #require(Int(line.split(separator: ":").last ?? ""))
        let server = Server(process: process, port: port)
        for token in ["one", "two", "three"] { #expect(try status(server, token: token) == 200) }
        #expect(try status(server, token: "four") == 401)
        let health = try run(
            ["health", "--port", "\(port)"], environment: ["GRADIENTD_TOKEN": "one"])
        #expect(health.status == 0)
    }

    @Test(arguments: [
        (["--token-file", "/nonexistent/tokens"], "/nonexistent/tokens: No such file"),
        (["--cors-origin", "*"], "--cors-origin: '*' is not an origin"),
        (["--cors-origin", "https://a.example/,https://b.example"], "'https://a.example/' is not"),
        (["--allowed-host", "a.example:80"], "--allowed-host: 'a.example:80' is not the name"),
        (["--rate", "-1"], "--rate: '-1' is not a whole number"),
        (["--log-level", "loud"], "--log-level: 'loud' is none of error, warn, info, debug"),
        (["--log-format", "xml"], "--log-format: 'xml' is none of text, json"),
        (["--drain-delay", "-1"], "--drain-delay: '-1' is not a whole number of seconds from 0"),
    ])
    func `an option of access that makes no sense ends with status 2`(
        options: [String], reason: String
    ) throws {
        let end = try run(["serve", "--port", "0"] + options)
        #expect(end.status == 2)
        #expect(end.error.contains(reason), "\(end.error)")
    }

    @Test func `names that are not the service's are sent away`() throws {
        try Server.run(["--allowed-host", "lab.example"]) { server in
            for (host, expected) in [
                ("localhost", 200), ("lab.example", 200), ("evil.example", 421),
            ] {
                let answer = try server.client.request(
                    method: "GET", path: "/limits", fields: [Field("Host", host)])
                #expect(answer.status == expected)
            }
        }
    }

    @Test func `pages of named origins may call, and no others`() throws {
        try Server.run(["--cors-origin", "https://nb.example", "--per-token=4"]) { server in
            func ask(_ method: String, _ origin: String) throws -> Response {
                try server.client.request(
                    method: method, path: "/limits",
                    fields: [
                        Field("Origin", origin), Field("Access-Control-Request-Method", "GET"),
                    ])
            }
            let named = try ask("GET", "https://nb.example")
            #expect(named.value(of: "Access-Control-Allow-Origin") == "https://nb.example")
            #expect(try ask("OPTIONS", "https://nb.example").status == 204)
            let other = try ask("GET", "https://evil.example")
            #expect(other.status == 200)
            #expect(other.value(of: "Access-Control-Allow-Origin") == nil)
            #expect(try ask("OPTIONS", "https://evil.example").status == 405)
        }
    }

    @Test func `who asks too often is told when to come again`() throws {
        try Server.run(["--rate=1", "--burst=3"]) { server in
            // Three at once, and one more for each second that they take, whatever the machine.
            let count = 1000
            let client = try server.connection()
            let request = "GET /limits HTTP/1.1\r\nHost: localhost\r\n\r\n"
            try client.send(String(repeating: request, count: count))
            let answers = try (0..<count).map { _ in try client.response() }
            #expect(answers.prefix(3).map(\.status) == [200, 200, 200])
            let refused = answers.filter { $0.status == 429 }
            #expect(!refused.isEmpty)
            #expect(refused.allSatisfy { $0.fields["retry-after"] == "1" })
            #expect(try server.client.get("/readyz").status == 200)
        }
    }
}
