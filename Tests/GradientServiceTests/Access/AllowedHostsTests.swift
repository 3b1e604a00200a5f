import HTTP
import Testing

@testable import GradientService

struct AllowedHostsTests {
    private func isLetIn(
        _ hosts: AllowedHosts, _ host: String?, target: String = "/"
    ) throws -> Bool {
        let fields: HTTPFields = host.map { ["Host": $0] } ?? [:]
        let head = try HTTPRequestHead(method: "GET", target: target, fields: fields)
        return (try? hosts.check(head)) != nil
    }

    @Test(arguments: [
        "localhost", "localhost:8080", "LocalHost.", "lab.localhost", "127.0.0.1", "127.0.0.1:1",
        "127.8.9.10", "[::1]", "[::1]:8080", "lab.example", "LAB.example:443", "lab.example.",
    ])
    func `on loopback its own names are let in, and those that are named`(host: String) throws {
        let hosts = AllowedHosts(names: ["Lab.Example"], isLoopbackOnly: true)
        #expect(try isLetIn(hosts, host))
    }

    @Test(arguments: [
        "evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "192.0.2.1",
        "1.127.0.0",
        "notlab.example", "lab.example.evil", "[2001:db8::1]", "127.1", "0x7f.0.0.1",
        "evil%2elocalhost",
    ])
    func `on loopback nothing else is`(host: String) throws {
        let hosts = AllowedHosts(names: ["lab.example"], isLoopbackOnly: true)
        #expect(try !isLetIn(hosts, host))
    }

    @Test func `where others can reach it, addresses are let in as well`() throws {
        let hosts = AllowedHosts(names: ["lab.example"], isLoopbackOnly: false)
        #expect(try isLetIn(hosts, "192.0.2.1:8080"))
        #expect(try isLetIn(hosts, "[2001:db8::1]"))
        #expect(try isLetIn(hosts, "lab.example"))
        #expect(try !isLetIn(hosts, "evil.example"))
    }

    @Test func `an absolute target goes before the field`() throws {
        let hosts = AllowedHosts(isLoopbackOnly: true)
        #expect(try isLetIn(hosts, "evil.example", target: "http://localhost:8080/healthz"))
        #expect(try !isLetIn(hosts, "localhost", target: "http://evil.example/"))
        #expect(try !isLetIn(hosts, "localhost", target: "HTTP://evil.example?x"))
        #expect(try isLetIn(hosts, "localhost", target: "/x?y=http://evil.example/"))
    }

    @Test func `who names no host is no browser`() throws {
        #expect(try isLetIn(AllowedHosts(isLoopbackOnly: true), nil))
    }

    @Test(arguments: [
        ("lab.example", true), ("192.0.2.1", true), ("2001:db8::1", true), ("", false),
        ("lab.example:80", false), ("http://lab.example", false), ("*", false), ("a b", false),
    ])
    func `a name is told from what is none`(text: String, isName: Bool) {
        #expect(AllowedHosts.isName(text) == isName)
    }
}
