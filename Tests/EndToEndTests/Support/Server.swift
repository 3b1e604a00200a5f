import Glibc
import GradientClient
import TestSupport
import Testing

/// `gradientd serve` on a free port.
struct Server {
    let process: ChildProcess
    let port: Int

    var url: String { "http://127.0.0.1:\(port)" }
    var client: GradientClient { GradientClient(baseURL: url) }

    /// For bytes that no client sends.
    func connection() throws -> TestClient { try TestClient(port: UInt16(port)) }

    /// Starts a server, hands it to `body`, and ends it however that goes.
    static func run(
        _ options: [String] = [], environment: [String: String] = [:],
        _ body: (Server) throws -> Void
    ) throws {
        let process = try ChildProcess(
            ["serve", "--port", "0", "--data-dir", ":memory:"] + options, environment: environment)
        defer { process.end() }
        process.closeInput()
        guard let line = try process.readLine() else {
            throw ChildError("the server does not start: \(try process.finish().error)")
        }
        try #require(line.hasPrefix("gradientd: listening on http://127.0.0.1:"))
        let port = try #require(Int(line.split(separator: ":").last ?? ""))
        try body(Server(process: process, port: port))
    }
}

/// What `gradientd` with these arguments writes, and its exit status.
func run(
    _ arguments: [String], input: String = "", environment: [String: String] = [:]
) throws -> (status: Int32, output: [UInt8], error: String) {
    let process = try ChildProcess(arguments, environment: environment)
    defer { process.end() }
    // A program that does not read its input is not written to.
    if input.isEmpty { process.closeInput() } else { process.write(input) }
    return try process.finish()
}
