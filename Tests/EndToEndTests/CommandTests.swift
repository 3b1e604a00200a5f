import Foundation
import Glibc
import GradientClient
import TestSupport
import Testing

/// The program without a server.
struct CommandTests {
    @Test func `a file is answered with the server's bytes`() throws {
        let file = FileManager.default.temporaryDirectory
            .appendingPathComponent("gradientd-\(UUID().uuidString).json")
        defer { try? FileManager.default.removeItem(at: file) }
        try Server.run { server in
            for call in Requests.calls {
                let body = Requests.body(call)
                try Data(body.utf8).write(to: file)
                let expected = try server.client.post("/" + call, json: Array(body.utf8)).body
                let fromFile = try run([call, file.path])
                #expect(fromFile.status == 0)
                #expect(fromFile.output == expected + [UInt8(ascii: "\n")])
                #expect(fromFile.error == "")
                #expect(try run([call, "-"], input: body).output == fromFile.output)
            }
        }
    }

    @Test func `a file that is refused is answered as by the server, with exit status 1`() throws {
        try Server.run { server in
            for body in [Requests.refused, "[NaN]"] {
                let expected = try server.client.post("/backward", json: Array(body.utf8))
                let own = try run(["backward", "-"], input: body)
                #expect(own.status == 1)
                #expect(own.output == expected.body + [UInt8(ascii: "\n")])
                #expect(own.error.contains("refused: \(expected.status) "))
            }
        }
    }

    @Test func `a file that is not there is told by name, with exit status 1`() throws {
        let end = try run(["train", "/nonexistent/file.json"])
        #expect(end.status == 1)
        #expect(end.output == [])
        #expect(end.error == "gradientd train: /nonexistent/file.json: No such file or directory\n")
    }

    @Test(arguments: [
        (#""dW1": [[3]], "db1": [[2]]"#, 0), (#""dW1": [[6]], "db1": [[2]]"#, 1),
        (#""dW2": [[3]]"#, 3), ("", 3),
    ])
    func `a grader is told by the status whether a submission is right`(
        derivatives: String, status: Int32
    ) throws {
        let submission = Requests.submission(derivatives)
        let graded = try run(["check", "--grade", "-"], input: submission)
        #expect(graded.status == status)
        let judged = try run(["check", "-"], input: submission)
        #expect(judged.status == (status == 3 ? 1 : 0))
        #expect(judged.output == graded.output)
        #expect(judged.output.first == UInt8(ascii: "{"))
    }

    @Test func `a submission that is not there is not graded`() throws {
        let end = try run(["check", "--grade", "/nonexistent/file.json"])
        #expect(end.status == 3)
        #expect(end.error == "gradientd check: /nonexistent/file.json: No such file or directory\n")
    }

    @Test func `a person is shown a table`() throws {
        let submission = Requests.submission(#""dW1": [[3]], "db1": [[-2]]"#)
        let end = try run(["check", "--format", "table", "--grade", "-"], input: submission)
        #expect(end.status == 1)
        let lines = String(decoding: end.output, as: UTF8.self).split(separator: "\n")
        #expect(lines[0].hasPrefix("tensor  verdict  score  mistake"))
        #expect(lines.contains { $0.hasPrefix("dW1     correct  100%") })
        #expect(lines.contains { $0.hasPrefix("db1     wrong") && $0.contains("sign") })
    }

    @Test func `a person is shown what was refused, field by field`() throws {
        let submission = Requests.submission(#""dW2": [[3]]"#)
        let end = try run(["check", "--format=table", "-"], input: submission)
        #expect(end.status == 1)
        let lines = String(decoding: end.output, as: UTF8.self).split(separator: "\n")
        #expect(lines.contains { $0.hasPrefix("/submitted/dW2: unknown field") })
        #expect(end.error == "gradientd check: refused: 422 Unprocessable Content\n")
    }

    @Test func `health tells a server that lives from none`() throws {
        try Server.run { server in
            let alive = try run(["health", "--port", "\(server.port)"])
            #expect(alive.status == 0)
            #expect(String(decoding: alive.output, as: UTF8.self) == "ok\n")
            // Where a server listens on every address, it is asked through loopback.
            let variables = ["GRADIENTD_PORT": "\(server.port)", "GRADIENTD_HOST": "0.0.0.0"]
            #expect(try run(["health"], environment: variables).status == 0)
        }
        let (descriptor, port) = try boundSocket()
        defer { close(descriptor) }
        let dead = try run(["health", "--port", "\(port)"])
        #expect(dead.status == 1)
        #expect(dead.output == [])
        #expect(dead.error.hasPrefix("gradientd health: "))
    }

    @Test(arguments: [
        ["--help"], ["serve", "--help"], ["forward", "--help"], ["backward", "--help"],
        ["check", "--help"], ["train", "--help"], ["convert", "--help"], ["health", "--help"],
        ["serve", "--port", "0", "--help"],
    ])
    func `help is told on standard output`(arguments: [String]) throws {
        let end = try run(arguments)
        #expect(end.status == 0)
        let command = arguments.count > 1 ? arguments[0] : "COMMAND"
        #expect(
            String(decoding: end.output, as: UTF8.self)
                .hasPrefix("Usage: gradientd \(command) [OPTION]..."))
        #expect(end.error == "")
    }

    @Test func `the help of the server names what keeps trainings`() throws {
        let text = String(decoding: try run(["serve", "--help"]).output, as: UTF8.self)
        for option in [
            "data-dir", "training-threads", "max-trainings", "max-runs", "checkpoint-seconds",
            "kept-runs", "kept-bytes", "kept-days", "drain-training-seconds",
        ] {
            #expect(text.contains("--\(option)"), "\(option)")
        }
    }

    @Test func `a data folder that is not there ends the server with status 1`() throws {
        let end = try run(["serve", "--port", "0", "--data-dir", "/nonexistent/folder"])
        #expect(end.status == 1)
        #expect(end.error.contains("--data-dir /nonexistent/folder: "))
    }

    @Test func `the version is the one that the server tells`() throws {
        let end = try run(["--version"])
        #expect(end.status == 0)
        let line = String(decoding: end.output, as: UTF8.self).prefix { $0 != "\n" }
        try #require(line.hasPrefix("gradientd "))
        try Server.run { server in
            let told = try server.client.get("/healthz").text
            #expect(told.contains(#""version":"\#(line.dropFirst(10))""#))
        }
    }

    @Test(arguments: [
        ([], "no command is given"), (["dance"], "unknown command 'dance'"),
        (["--dance"], "--dance"), (["serve", "--prt", "1"], "--prt"),
        (["serve", "--port"], "--port"), (["serve", "now"], "takes no operands"),
        (["serve", "--port", "65536"], "--port: '65536' is not a whole number from 0 to 65535"),
        (["serve", "--max-body", "1X"], "--max-body: '1X' is not a number of bytes"),
        (["serve", "--drain-seconds", "0"], "--drain-seconds: '0' is not a whole number"),
        (["serve", "--training-threads", "0"], "--training-threads: '0' is not a whole number"),
        (["serve", "--max-trainings", "0"], "--max-trainings: '0' is not a whole number"),
        (["serve", "--max-runs", "x"], "--max-runs: 'x' is not a whole number"),
        (["serve", "--checkpoint-seconds", "0"], "--checkpoint-seconds: '0' is not a number"),
        (["serve", "--kept-runs", "0"], "--kept-runs: '0' is not a whole number"),
        (["serve", "--kept-bytes", "1X"], "--kept-bytes: '1X' is not a number of bytes"),
        (["serve", "--kept-days", "0"], "--kept-days: '0' is not a whole number"),
        (["serve", "--data-dir", ""], "--data-dir: is empty"),
        (["health", "--port", "0"], "--port: '0' is not a whole number from 1 to 65535"),
        (["forward"], "takes one FILE"), (["forward", "a", "b"], "takes one FILE"),
        (["check", "--grade"], "takes one FILE"),
        (["check", "--format", "xml", "-"], "--format: 'xml' is none of json, table"),
    ])
    func `a call that makes no sense ends with status 2 and says why`(
        arguments: [String], reason: String
    ) throws {
        let end = try run(arguments)
        #expect(end.status == 2)
        #expect(end.output == [])
        #expect(end.error.contains(reason))
        #expect(end.error.contains("--help' for more information.\n"))
    }

    @Test func `a variable that makes no sense is told by its name`() throws {
        let end = try run(["serve"], environment: ["GRADIENTD_PORT": "http"])
        #expect(end.status == 2)
        #expect(end.error.contains("GRADIENTD_PORT: 'http' is not a whole number"))
    }

    @Test(arguments: ["0.0.0.0", "::", "192.0.2.1", "example.org"])
    func `listening beyond this machine has to be meant`(host: String) throws {
        let end = try run(["serve", "--port", "0", "--host", host])
        #expect(end.status == 2)
        #expect(end.error.contains("say --allow-anonymous if that is meant"))
    }

    @Test func `what is meant is done`() throws {
        let process = try ChildProcess(
            [
                "serve", "--port", "0", "--host", "0.0.0.0", "--allow-anonymous", "--data-dir",
                ":memory:",
            ])
        defer { process.end() }
        let line = try process.readLine()
        #expect(line?.hasPrefix("gradientd: listening on http://0.0.0.0:") == true)
    }

    @Test func `a port that is taken ends the server with status 1`() throws {
        try Server.run { server in
            let second = try run(
                ["serve", "--port", "\(server.port)", "--data-dir", ":memory:"])
            #expect(second.status == 1)
            #expect(second.error.contains("\(server.port)"))
        }
    }
}

/// A socket that holds a port of loopback, so that no other program takes it, and does not listen.
private func boundSocket() throws -> (descriptor: Int32, port: UInt16) {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let results = withUnsafeMutablePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            [bind(descriptor, $0, length), getsockname(descriptor, $0, &length)]
        }
    }
    try #require(results == [0, 0])
    return (descriptor, UInt16(bigEndian: address.sin_port))
}
