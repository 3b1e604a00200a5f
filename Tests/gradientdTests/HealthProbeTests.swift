import Glibc
import TestSupport
import Testing

@testable import gradientd

struct HealthProbeTests {
    /// What the probe makes of a server that answers so, and what it has sent to it.
    static func ask(
        _ answer: LoopbackServer.Answer, token: String? = nil, timeout: Duration = .seconds(30)
    ) -> (status: Result<Int, HealthProbe.Failure>, requests: [String]) {
        let server = LoopbackServer(answer)
        let probe = HealthProbe(
            host: "127.0.0.1", port: Int(server.port), token: token, timeout: timeout)
        let status = Result { () throws(HealthProbe.Failure) in try probe.status() }
        server.stop()
        return (status, server.requests)
    }

    @Test(arguments: [200, 204, 401, 503])
    func `the status of the answer is told`(status: Int) throws {
        let answer = "HTTP/1.1 \(status) Whatever\r\nContent-Length: 0\r\n\r\n"
        #expect(try Self.ask(.bytes(answer)).status.get() == status)
    }

    @Test func `an answer may come byte by byte`() throws {
        let pieces = "HTTP/1.0 200 OK\r\n\r\n".map(String.init)
        let asked = Self.ask(.pieces(pieces, wait: { usleep(1000) }))
        #expect(try asked.status.get() == 200)
    }

    @Test func `the request names the host and has the token`() {
        let asked = Self.ask(.bytesThenClose("HTTP/1.1 200 OK\r\n\r\n"), token: "secret")
        let lines = asked.requests[0].split(separator: "\r\n")
        #expect(lines[0] == "GET /healthz HTTP/1.1")
        #expect(lines.contains { $0.hasPrefix("Host: 127.0.0.1:") })
        #expect(lines.contains("Authorization: Bearer secret"))
    }

    @Test func `a token that would end its line is not sent`() {
        let asked = Self.ask(.bytesThenClose("HTTP/1.1 200 OK\r\n\r\n"), token: "a\r\nB: c")
        #expect(!asked.requests[0].contains("B: c"))
    }

    @Test(arguments: ["", "SSH-2.0-OpenSSH_9.2p1 Debian", "HTTP/1.1 abc OK\r\n\r\n", "HTTP/1.1 2"])
    func `what is no answer of HTTP is told as such`(answer: String) {
        let status = Self.ask(.bytesThenClose(answer)).status
        #expect("\(status)".contains("what answers is no HTTP server"))
    }

    @Test func `a server that says nothing is not waited for`() {
        let status = Self.ask(.silence, timeout: .milliseconds(50)).status
        #expect("\(status)".contains("no answer in time"))
    }

    @Test func `where nobody listens the connection is refused`() throws {
        let (descriptor, port) = LoopbackServer.boundSocket()
        defer { close(descriptor) }
        let probe = HealthProbe(
            host: "127.0.0.1", port: Int(port), token: nil, timeout: .seconds(30))
        let failure = #expect(throws: HealthProbe.Failure.self) { try probe.status() }
        #expect(failure?.description == "connect: Connection refused")
    }

    @Test func `a name without an address is told`() {
        let probe = HealthProbe(
            host: "no such host", port: 80, token: nil, timeout: .seconds(30))
        let failure = #expect(throws: HealthProbe.Failure.self) { try probe.status() }
        #expect(failure?.description.hasPrefix("no address is known for the host: ") == true)
    }
}
