import HTTP
import JSON
import Testing

@testable import GradientService

struct GradientServiceTests {
    private let service = GradientService()

    private func head(
        _ method: String, _ target: String, _ fields: HTTPFields = [:]
    ) throws -> HTTPRequestHead {
        try HTTPRequestHead(method: method, target: target, fields: fields)
    }

    private func respond(to head: HTTPRequestHead, _ body: String = "") throws -> HTTPResponse {
        try service.answer(to: head, body)
    }

    @Test(arguments: ["forward", "backward"])
    func `a call is answered over HTTP as without it`(call: String) throws {
        let head = try head("POST", "/" + call, ["Content-Type": "application/json"])
        let response = try respond(to: head, Worked.body())
        #expect(response.status == .ok)
        #expect(response.body == service.answer(call, body: Array(Worked.body().utf8))?.body)
    }

    @Test func `there is no answer to what is no call`() {
        #expect(service.answer("healthz", body: [])?.status == nil)
        #expect(service.answer("/forward", body: [])?.status == nil)
    }

    @Test(arguments: ["/healthz", "/limits", "/openapi.yaml", "/", "/page/docs.js", "/docs"])
    func `what can be read is answered to GET and HEAD alike`(path: String) throws {
        let get = try respond(to: try head("GET", path))
        #expect(get.status == .ok)
        #expect(!get.body.isEmpty)
        #expect(try respond(to: head("HEAD", path)).body == get.body)
        #expect(try respond(to: head("GET", path + "?a=b")).body == get.body)
    }

    @Test func `the contract is answered as it stands in the project`() throws {
        let response = try respond(to: try head("GET", "/openapi.yaml"))
        #expect(response.fields["Content-Type"] == "application/yaml")
        #expect(String(decoding: response.body, as: UTF8.self).hasPrefix("openapi: 3.1.0\n"))
    }

    @Test(arguments: [
        "//", "/page/", "/docs/", "/forward/", "/Forward", "/forwards", "/healthz/x",
        "/openapi.json",
    ])
    func `a path without an endpoint is not found, whatever the method`(path: String) throws {
        for method in ["GET", "POST", "DELETE"] {
            #expect(service.earlyAnswer(to: try head(method, path))?.status == .notFound)
        }
    }

    @Test(arguments: [
        ("GET", "/forward", "POST"), ("HEAD", "/train", "POST"), ("OPTIONS", "/backward", "POST"),
        ("POST", "/healthz", "GET, HEAD"), ("DELETE", "/openapi.yaml", "GET, HEAD"),
    ])
    func `a wrong method is told the right ones`(
        method: String, path: String, allowed: String
    ) throws {
        let refusal = service.earlyAnswer(to: try head(method, path))
        #expect(refusal?.status == .methodNotAllowed)
        #expect(refusal?.fields["Allow"] == allowed)
    }

    @Test func `the whole server tells its methods`() throws {
        let head = try head("OPTIONS", "*")
        for answer in [service.earlyAnswer(to: head), try respond(to: head)] {
            #expect(answer?.status == .noContent)
            #expect(answer?.fields["Allow"] == "DELETE, GET, HEAD, OPTIONS, POST")
            #expect(answer?.body.isEmpty == true)
        }
    }

    @Test(arguments: [nil, "text/plain", "application/x-www-form-urlencoded", "nonsense"])
    func `a body that is not announced as JSON is refused before it is read`(
        type: String?
    ) throws {
        let fields: HTTPFields = type.map { ["Content-Type": $0] } ?? [:]
        let refusal = service.earlyAnswer(to: try head("POST", "/train", fields))
        #expect(refusal?.status == .unsupportedMediaType)
    }

    @Test func `a body that is coded otherwise than with gzip is refused before it is read`() throws
    {
        func refusal(_ coding: String) throws -> HTTPResponse? {
            service.earlyAnswer(
                to: try head(
                    "POST", "/train",
                    ["Content-Type": "application/json", "Content-Encoding": coding]))
        }
        for coding in ["br", "identity, br", "gzip, gzip", "deflate", ""] {
            let refusal = try refusal(coding)
            #expect(refusal?.status == .unsupportedMediaType)
            #expect(refusal?.fields["Accept-Encoding"] == "gzip")
        }
        for coding in ["Identity", "gzip", "X-GZIP", "identity, gzip"] {
            #expect(try refusal(coding)?.status == nil)
        }
    }

    @Test func `what is refused by its head is refused with its body too`() throws {
        for target in ["/nowhere", "/forward"] {
            let head = try head("POST", target)
            #expect(
                try respond(to: head, Worked.body()).status == service.earlyAnswer(to: head)?.status
            )
        }
    }

    @Test func `errors of the message are worded as problems, with their status`() throws {
        for error in [HTTPError.headTimeout, .message(.lengthRequired), .overloaded(retryAfter: 3)]
        {
            let answer = try Answer(service.response(to: error))
            #expect(answer.response.status == error.status)
            #expect(answer.response.fields["Content-Type"] == "application/problem+json")
            #expect(try answer.string("/detail") == error.description)
        }
    }

    /// Told to stop while its time is not up, or when it is.
    @Test(arguments: [
        (Duration.seconds(3600), "the service is stopping"),
        (.zero, "it took longer than the limit for computing, 0.0 seconds"),
    ])
    func `a computation that is stopped is answered with 503, and why`(
        limit: Duration, detail: String
    ) throws {
        let head = try head("POST", "/train", ["Content-Type": "application/json"])
        let body = Worked.body(also: #", "training": {"optimizer": "sgd", "epochs": 9}"#)
        var http = HTTPLimits()
        http.computingTime = limit
        let answer = try Answer(
            GradientService(http: http).answer(to: head, body) { true })
        #expect(answer.response.status == .serviceUnavailable)
        #expect(try answer.string("/detail") == detail)
    }
}
