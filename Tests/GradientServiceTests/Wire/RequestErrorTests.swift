import HTTP
import JSON
import RunStore
import Testing

@testable import GradientService

extension RequestError {
    /// One of every kind, in the order of `openapi.yaml`.
    static let samples: [RequestError] = [
        .notJSON(syntaxError),
        .invalidFields(InvalidFields(FieldFault(.root.appending("loss"), "is wrong", hint: "so"))),
        .unknownPath("/nowhere"),
        .methodNotAllowed("GET", allowed: ["POST"]),
        .unsupportedMediaType("text/plain"),
        .message(.message(.unknownContentCoding("br"))),
        .message(.message(.missingHost)),
        .message(.headTimeout),
        .message(.bodyTimeout),
        .message(.overloaded(retryAfter: 1)),
        .cancelled,
        .outOfTime(.milliseconds(1500)),
        .stopping,
        .notAcceptable(["application/json"]),
        .badParameter("limit", "is a whole number"),
        .runs(.unknownRun),
        .runs(.notEnded(.running)),
        .runs(.ended(.done)),
        .runs(.keyInUse(by: RunID("01ARZ3NDEKTSV4RRFFQ69G5FAV")!)),
        .runs(.tooLarge(part: "request", bytes: 2, limit: 1)),
        .runs(.full(runs: 1, bytes: 1)),
        .runs(.diskFull),
        .runs(.readOnly),
        .runs(.closed),
        .badHeader("Idempotency-Key", "is empty"),
        .runs(.runTooLarge(bytes: 2, limit: 1)),
        .access(.noToken),
        .access(.wrongToken),
        .access(.misdirected(host: "example.org")),
        .access(.tooOften(wait: .milliseconds(1001))),
        .access(.tooManyAtOnce(limit: 2)),
        .draining,
        .message(.tooManyConnections(limit: 2, retryAfter: 1)),
        .message(.noRoomForBody(retryAfter: 1)),
        .noRoomForArrays(retryAfter: 1),
    ]

    private static var syntaxError: JSONSyntaxError {
        do throws(JSONSyntaxError) {
            _ = try JSONDocument(parsing: Array("{\n \"a\": [1, NaN]}".utf8))
        } catch {
            return error
        }
        preconditionFailure("NaN is not JSON")
    }
}

struct RequestErrorTests {
    @Test(arguments: [
        (0, 400, "not_json"), (1, 422, "invalid_fields"), (2, 404, "unknown_path"),
        (3, 405, "method_not_allowed"), (4, 415, "unsupported_media_type"),
        (5, 415, "unsupported_content_coding"), (6, 400, "not_acceptable_http"),
        (7, 408, "request_timeout"), (8, 408, "request_timeout"), (9, 503, "overloaded"),
        (10, 503, "cancelled"), (11, 503, "cancelled"), (12, 503, "cancelled"),
        (13, 406, "not_acceptable"), (14, 422, "invalid_fields"), (15, 404, "unknown_run"),
        (16, 409, "run_state"), (17, 409, "run_state"), (18, 422, "idempotency_key_in_use"),
        (19, 413, "run_too_large"), (20, 503, "too_many_runs"), (21, 507, "no_storage"),
        (22, 507, "no_storage"), (23, 503, "runs_unavailable"), (24, 422, "invalid_fields"),
        (25, 413, "run_too_large"), (26, 401, "unauthorized"), (27, 401, "unauthorized"),
        (28, 421, "misdirected"), (29, 429, "rate_limited"), (30, 429, "too_many_at_once"),
        (31, 503, "draining"), (32, 503, "too_many_connections"),
        (33, 503, "no_room_for_body"), (34, 503, "no_room_for_arrays"),
    ])
    func `every refusal has its status and type, in the line and in the body`(
        index: Int, status: Int, type: String
    ) throws {
        let answer = try Answer(HTTPResponse(refusing: RequestError.samples[index]))
        #expect(answer.status == status)
        #expect(answer.response.fields["Content-Type"] == "application/problem+json")
        #expect(try answer.number("/status") == Double(status))
        #expect(try answer.string("/type") == "urn:gradientd:problem:" + type)
        #expect(try !answer.string("/title").isEmpty)
        #expect(try !answer.string("/detail").isEmpty)
    }

    @Test(arguments: [
        (1, "/loss: is wrong (so)"),
        (
            2,
            #""/nowhere" is none of /forward, /backward, /check, /train, /convert, /runs, /runs/{id}, /runs/{id}/events, /runs/{id}/resume, /catalog, /healthz, /readyz, /metrics, /limits, /openapi.yaml, /, /page/{name}, /docs, /docs/{name}"#
        ),
        (3, "GET is not allowed here: POST"),
        (4, #"Content-Type is "text/plain", expected application/json"#),
        (5, #"Content-Encoding is br, expected gzip or none"#),
        (6, "Host is missing"),
        (11, "it took longer than the limit for computing, 1.5 seconds"),
        (12, "the service is stopping"),
        (13, "Accept has none of application/json"),
        (14, "limit is a whole number"),
    ])
    func `the detail says what was found and what was expected`(index: Int, detail: String) throws {
        let answer = try Answer(HTTPResponse(refusing: RequestError.samples[index]))
        #expect(try answer.string("/detail") == detail)
    }

    @Test func `a missing type is called missing`() throws {
        let answer = try Answer(HTTPResponse(refusing: .unsupportedMediaType(nil)))
        #expect(
            try answer.string("/detail") == "Content-Type is missing, expected application/json")
    }

    @Test func `what is not JSON is told with line, column and pointer`() throws {
        let answer = try Answer(HTTPResponse(refusing: RequestError.samples[0]))
        #expect(try answer.number("/line") == 2)
        #expect(try answer.number("/column") == 11)
        let detail = "line 2, column 11: JSON has no NaN and no infinity"
        #expect(try answer.string("/detail") == detail)
        #expect(try answer.faults == [Fault("/a/1", detail)])
    }

    @Test func `several faults are counted in the detail and told in errors`() throws {
        let faults = [
            FieldFault(.root.appending("a/b").appending(3), "one"),
            FieldFault(.root, "two", hint: #"say "x""#),
        ]
        let answer = try Answer(
            HTTPResponse(refusing: .invalidFields(InvalidFields(faults))))
        #expect(try answer.string("/detail") == "2 faults, see errors")
        #expect(
            try answer.faults == [Fault("/a~1b/3", "one"), Fault("", "two", hint: #"say "x""#)])
    }

    @Test(arguments: [
        (100, "100 faults, see errors"), (101, "101 faults, the first 100 are in errors"),
        (999, "999 faults, the first 100 are in errors"),
        (1000, "at least 1000 faults, the first 100 are in errors"),
    ])
    func `the detail says how many faults are left out`(count: Int, detail: String) throws {
        let faults = Array(repeating: FieldFault(.root, "is wrong"), count: count)
        let answer = try Answer(
            HTTPResponse(refusing: .invalidFields(InvalidFields(faults))))
        #expect(try answer.string("/detail") == detail)
        #expect(try answer.faults.count == 100)
        #expect(try ContractText.schema("Problem").block("errors").number("maxItems") == 100)
    }

    @Test(arguments: [
        (14, #"[{"parameter":"limit","detail":"is a whole number"}]"#),
        (24, #"[{"header":"Idempotency-Key","detail":"is empty"}]"#),
    ])
    func `a part of the query and a field of the head are named in errors`(
        index: Int, errors: String
    ) throws {
        let answer = try Answer(HTTPResponse(refusing: RequestError.samples[index]))
        #expect(answer.text.contains(#""errors":"# + errors))
    }

    @Test func `a fault of the whole request needs no pointer in the detail`() throws {
        let fault = FieldFault(.root, "\"loss\" is missing")
        let answer = try Answer(
            HTTPResponse(refusing: .invalidFields(InvalidFields(fault))))
        #expect(try answer.string("/detail") == "\"loss\" is missing")
    }

    @Test func `only a wrong method is answered with Allow`() {
        let allowed = RequestError.samples.map { HTTPResponse(refusing: $0).fields["Allow"] }
        #expect(allowed.compactMap { $0 } == ["POST"])
        #expect(allowed[3] == "POST")
        let reading = RequestError.methodNotAllowed("PUT", allowed: ["GET", "HEAD"])
        #expect(HTTPResponse(refusing: reading).fields["Allow"] == "GET, HEAD")
    }

    @Test func `a fault's long pointer is cut in the detail and whole in errors`() throws {
        let name = String(repeating: "n", count: 1000)
        let fault = FieldFault(.root.appending(name), "is wrong")
        let answer = try Answer(HTTPResponse(refusing: .invalidFields(InvalidFields(fault))))
        #expect(try answer.string("/detail") == "/\(name.prefix(199))…: is wrong")
        #expect(try answer.faults == [Fault("/" + name, "is wrong")])
    }

    @Test func `a caller's own words cannot break the answer`() throws {
        let path = "/\"\\\n\u{1}é" + String(repeating: "x", count: 5000)
        let answer = try Answer(HTTPResponse(refusing: .unknownPath(path)))
        #expect(try answer.string("/detail").hasPrefix("\"/\"\\\n\u{1}éx"))
        #expect(answer.response.body.count < 500)
    }
}
