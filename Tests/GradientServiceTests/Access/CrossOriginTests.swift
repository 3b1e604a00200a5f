import HTTP
import Testing

@testable import GradientService

struct CrossOriginTests {
    private let origins = CrossOrigin(origins: ["https://nb.example", "http://localhost:8888"])

    private func head(_ method: String, _ fields: HTTPFields) throws -> HTTPRequestHead {
        try HTTPRequestHead(method: method, target: "/backward", fields: fields)
    }

    private func completed(_ origins: CrossOrigin, _ fields: HTTPFields) throws -> HTTPFields {
        var answer: HTTPFields = [:]
        origins.complete(&answer, of: try head("POST", fields))
        return answer
    }

    @Test(arguments: ["https://nb.example", "http://localhost:8888"])
    func `a page of a named origin may ask and read`(origin: String) throws {
        let asking = try head(
            "OPTIONS", ["Origin": origin, "Access-Control-Request-Method": "POST"])
        let preflight = try #require(origins.preflight(asking))
        #expect(preflight.status == .noContent)
        #expect(preflight.fields["Access-Control-Allow-Methods"] == "GET, HEAD, POST, DELETE")
        let allowed = preflight.fields.elements(of: "Access-Control-Allow-Headers")
        for name in [
            "Authorization", "Content-Type", "Prefer", "Idempotency-Key", "Last-Event-ID",
            "X-Request-Id", "traceparent",
        ] {
            #expect(allowed.contains(name))
        }
        let fields = try completed(origins, ["Origin": origin])
        #expect(fields["Access-Control-Allow-Origin"] == origin)
        #expect(fields["Vary"] == "Origin")
        let exposed = fields.elements(of: "Access-Control-Expose-Headers")
        for name in ["Location", "Retry-After", "X-Request-Id", "Server-Timing"] {
            #expect(exposed.contains(name))
        }
        // Cookies are none of ours.
        #expect(fields["Access-Control-Allow-Credentials"] == nil)
    }

    @Test(arguments: [
        "https://evil.example", "http://nb.example", "https://nb.example:444",
        "https://nb.example.evil", "null", "*", "https://NB.example", "",
    ])
    func `a page of another may not`(origin: String) throws {
        let asking = try head(
            "OPTIONS", ["Origin": origin, "Access-Control-Request-Method": "POST"])
        #expect(origins.preflight(asking)?.status == nil)
        let fields = try completed(origins, ["Origin": origin])
        #expect(fields["Access-Control-Allow-Origin"] == nil)
        // A cache must not hand the answer to a page that may.
        #expect(fields["Vary"] == "Origin")
    }

    @Test func `two origins are none`() throws {
        var fields: HTTPFields = ["Origin": "https://nb.example"]
        fields.append("Origin", "https://nb.example")
        #expect(try completed(origins, fields)["Access-Control-Allow-Origin"] == nil)
    }

    @Test func `OPTIONS is a preflight only with the method that is asked for`() throws {
        let asking = try head("OPTIONS", ["Origin": "https://nb.example"])
        #expect(origins.preflight(asking)?.status == nil)
    }

    @Test func `without named origins nothing is said`() throws {
        #expect(try completed(CrossOrigin(), ["Origin": "https://nb.example"]).isEmpty)
        let asking = try head(
            "OPTIONS",
            ["Origin": "https://nb.example", "Access-Control-Request-Method": "POST"])
        #expect(CrossOrigin().preflight(asking)?.status == nil)
    }

    @Test(arguments: [
        ("https://a.example", true), ("http://localhost:8888", true), ("http://[::1]:80", true),
        ("https://a.example/", false), ("*", false), ("null", false), ("a.example", false),
        ("https://", false), ("https://A.example", false), ("ftp://a.example", false),
        ("https://*.example", false), ("https://a.example:x", false), ("https://u@a", false),
    ])
    func `an origin is told from what is none`(text: String, isOrigin: Bool) {
        #expect(CrossOrigin.isOrigin(text) == isOrigin)
    }
}
