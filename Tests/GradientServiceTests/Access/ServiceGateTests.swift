import HTTP
import JSON
import Testing

@testable import GradientService

struct ServiceGateTests {
    private func exchange(
        _ method: String, _ target: String, _ fields: HTTPFields = [:], peer: String = "192.0.2.1"
    ) throws -> HTTPExchange {
        let head = try HTTPRequestHead(method: method, target: target, fields: fields)
        return HTTPExchange(id: HTTPRequestID(of: head), peer: peer, head: head)
    }

    private func gate(_ change: (inout AccessSettings) throws -> Void) rethrows -> ServiceGate {
        var settings = AccessSettings()
        try change(&settings)
        return ServiceGate(settings)
    }

    /// The answer of the gate; nil where the request may go on.
    private func answer(_ gate: ServiceGate, _ exchange: HTTPExchange) -> HTTPResponse? {
        switch gate.admit(exchange) {
        case .answered(let response): response
        case .admitted: nil
        }
    }

    @Test(arguments: ["/healthz", "/readyz", "/openapi.yaml", "/", "/docs"])
    func `what is open needs no token`(path: String) throws {
        let gate = try gate { $0.tokens = try BearerTokens(lines: "t") }
        #expect(try answer(gate, exchange("GET", path))?.status == nil)
    }

    @Test(arguments: [
        "/metrics", "/limits", "/catalog", "/runs", "/backward", "/nowhere", "/runs/x", "/healthz/",
    ])
    func `all else does`(path: String) throws {
        let gate = try gate { $0.tokens = try BearerTokens(lines: "t") }
        let refusal = try #require(answer(gate, try exchange("GET", path)))
        #expect(refusal.status == .unauthorized)
        #expect(refusal.fields["WWW-Authenticate"] == #"Bearer realm="gradientd""#)
        #expect(
            try answer(gate, exchange("GET", path, ["Authorization": "Bearer t"]))?.status == nil)
    }

    @Test func `a wrong token is told to be one`() throws {
        let gate = try gate { $0.tokens = try BearerTokens(lines: "t") }
        let refusal = try answer(gate, exchange("GET", "/limits", ["Authorization": "Bearer u"]))
        #expect(
            refusal?.fields["WWW-Authenticate"]
                == #"Bearer realm="gradientd", error="invalid_token""#)
    }

    @Test func `new tokens count at once, and the old ones no more`() throws {
        let gate = try gate { $0.tokens = try BearerTokens(lines: "old") }
        gate.replaceTokens(try BearerTokens(lines: "new"))
        let old = try exchange("GET", "/limits", ["Authorization": "Bearer old"])
        let new = try exchange("GET", "/limits", ["Authorization": "Bearer new"])
        #expect(answer(gate, old)?.status == .unauthorized)
        #expect(answer(gate, new)?.status == nil)
    }

    @Test func `another host is told before anything else`() throws {
        let gate = try gate {
            $0.tokens = try BearerTokens(lines: "t")
            $0.hosts = AllowedHosts(isLoopbackOnly: true)
        }
        for path in ["/healthz", "/limits", "/nowhere"] {
            let refusal = try answer(gate, exchange("GET", path, ["Host": "evil.example"]))
            #expect(refusal?.status == .misdirectedRequest)
        }
    }

    @Test func `a browser asks without a token`() throws {
        let gate = try gate {
            $0.tokens = try BearerTokens(lines: "t")
            $0.origins = CrossOrigin(origins: ["https://nb.example"])
        }
        let asking: HTTPFields = [
            "Origin": "https://nb.example", "Access-Control-Request-Method": "POST",
        ]
        #expect(try answer(gate, exchange("OPTIONS", "/backward", asking))?.status == .noContent)
    }

    @Test func `who asks too often is told when to come again`() throws {
        let gate = gate {
            $0.requestsPerSecond = 1
            $0.burst = 2
        }
        for _ in 0..<2 { #expect(try answer(gate, exchange("GET", "/limits"))?.status == nil) }
        let refusal = try answer(gate, exchange("GET", "/limits"))
        #expect(refusal?.status == .tooManyRequests)
        #expect(refusal?.fields["Retry-After"] == "1")
        #expect(refusal?.problem == "rate_limited")
        // Neither another caller nor who asks after health is held up.
        #expect(try answer(gate, exchange("GET", "/limits", peer: "192.0.2.9"))?.status == nil)
        for _ in 0..<10 { #expect(try answer(gate, exchange("GET", "/readyz"))?.status == nil) }
    }

    @Test func `who guesses tokens is held back`() throws {
        let gate = try gate {
            $0.tokens = try BearerTokens(lines: "t")
            $0.requestsPerSecond = 1
            $0.burst = 3
        }
        let statuses = try (0..<5).map {
            try answer(gate, exchange("GET", "/limits", ["Authorization": "Bearer \($0)"]))?.status
        }
        #expect(statuses.prefix(3).allSatisfy { $0 == .unauthorized })
        #expect(statuses.suffix(2).allSatisfy { $0 == .tooManyRequests })
        // From the same address the right one is still let in.
        #expect(
            try answer(gate, exchange("GET", "/limits", ["Authorization": "Bearer t"]))?.status
                == nil)
    }

    @Test func `so many of a caller are at work, until one is over`() throws {
        let gate = gate { $0.atOnce = 1 }
        guard case .admitted(let whenOver) = gate.admit(try exchange("GET", "/runs")) else {
            Issue.record("the first is not let in")
            return
        }
        let refusal = try answer(gate, exchange("GET", "/runs"))
        #expect(refusal?.status == .tooManyRequests)
        #expect(refusal?.problem == "too_many_at_once")
        whenOver?()
        #expect(try answer(gate, exchange("GET", "/runs"))?.status == nil)
    }

    @Test func `every answer carries the name of its request, and may not be guessed at`() throws {
        let gate = ServiceGate()
        var response = HTTPResponse(status: .ok, contentType: "application/json", body: [])
        gate.complete(
            &response, of: try exchange("GET", "/limits", ["X-Request-Id": "my-name"]))
        #expect(response.fields["X-Request-Id"] == "my-name")
        #expect(response.fields["X-Content-Type-Options"] == "nosniff")
        #expect(response.fields["Content-Security-Policy"] == nil)
    }

    @Test func `a page gets the fields that keep it by itself`() throws {
        var response = HTTPResponse(
            status: .ok, contentType: "text/html; charset=utf-8", body: [])
        response.fields.append("Referrer-Policy", "same-origin")
        ServiceGate().complete(&response, of: try exchange("GET", "/"))
        let policy = try #require(response.fields["Content-Security-Policy"])
        #expect(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"))
        #expect(!policy.contains("unsafe"))
        #expect(response.fields["X-Frame-Options"] == "DENY")
        #expect(response.fields.values(of: "Referrer-Policy") == ["same-origin"])
    }

    @Test func `a fault of ours names the request in its problem, others do not`() throws {
        for (error, isOurs) in [(RequestError.stopping, true), (.unknownPath("/x"), false)] {
            var response = HTTPResponse(refusing: error)
            let exchange = try exchange("GET", "/x", ["X-Request-Id": "a/b"])
            ServiceGate().complete(&response, of: exchange)
            let root = try JSONDocument(parsing: response.body).root
            let id = try root.members().first { $0.name == "request_id" }?.value.string()
            #expect(id == (isOurs ? "a/b" : nil))
        }
    }
}
