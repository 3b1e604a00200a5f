import Glibc
import HTTP
import Testing

@testable import GradientService

/// What an event loop answers itself.
struct QuickAnswerTests {
    private func request(
        _ target: String, _ body: String, fields: HTTPFields = [:], method: String = "POST"
    ) throws -> HTTPRequest {
        var fields = fields
        fields.append("Content-Type", "application/json")
        let head = try HTTPRequestHead(method: method, target: target, fields: fields)
        return HTTPRequest(head: head, body: Array(body.utf8))
    }

    @Test(arguments: [
        ("/forward", "", 0, true), ("/backward", "", 0, true), ("/convert", "", 0, true),
        ("/check", "", 0, true), ("/train", "", 0, false), ("/runs", "", 0, false),
        ("/runs/7/resume", "", 0, false), ("/nowhere", "", 0, false),
        ("/backward", "gzip", 0, false), ("/backward", "", 8192, true),
        ("/backward", "", 8193, false),
    ])
    func `a short body of a call that computes is read at once`(
        target: String, coding: String, size: Int, isSo: Bool
    ) throws {
        let fields: HTTPFields = coding.isEmpty ? [:] : ["Content-Encoding": coding]
        let request = try request(target, String(repeating: " ", count: size), fields: fields)
        #expect(GradientService().isQuick(request) == isSo)
    }

    static let few = #"{"W": [[0.5, -1]], "b": [0], "activation": "sigmoid"}"#

    @Test(arguments: [
        ("/backward", few, 1, "", true), ("/forward", few, 1, "", true),
        // 2 weights, so many numbers of X, and three passes.
        ("/backward", few, 682, "", true), ("/backward", few, 683, "", false),
        ("/backward", #"{"units": 1, "activation": "sigmoid"}"#, 1, "", false),
        (
            "/backward",
            #"{"type": "batch_normalization", "gamma": [1, 1], "beta": [0, 0]}, \#(few)"#, 1, "",
            false
        ),
        ("/backward", few, 1, #", "trace": true"#, false),
        ("/check", few, 1, #", "submitted": {"cost": 1}"#, false),
    ])
    func `what is tiny is answered at once, and the rest is left to a worker`(
        target: String, layers: String, numbers: Int, also: String, isTiny: Bool
    ) throws {
        let row =
            "[" + [String](repeating: "0", count: (numbers + 1) / 2).joined(separator: ",") + "]"
        let body = """
            {"network": {"layers": [\(layers)]}, "batch": {"X": [\(row), \(row)], "Y": [\(row)]}, \
            "loss": "binary_crossentropy"\(also)}
            """
        let service = GradientService()
        switch service.respond(to: try request(target, body), isCancelled: { false }) {
        case .now(let answer):
            #expect(isTiny)
            #expect(answer.status == .ok)
        case .work(let work):
            #expect(!isTiny)
            #expect(work().status == .ok)
        case .later: Issue.record("nothing comes later")
        }
    }

    @Test func `what is at fault is refused at once`() throws {
        let answer = GradientService().respond(
            to: try request("/check", "{}"), isCancelled: { false })
        guard case .now(let response) = answer else { Issue.record("not at once"); return }
        #expect(response.status == .unprocessableContent)
    }

    @Test func `work that takes too long is told so, its reading included`() throws {
        var http = HTTPLimits()
        http.computingTime = .milliseconds(50)
        let service = GradientService(http: http)
        let body = """
            {"network": {"layers": [{"units": 1}]}, "batch": {"X": [[1]], "Y": [[1]]}, \
            "loss": "half_squared_error"}
            """
        let answer = service.respond(to: try request("/backward", body), isCancelled: { true })
        guard case .work(let work) = answer else { Issue.record("no work"); return }
        usleep(60_000)
        let refusal = try Answer(work())
        #expect(refusal.status == 503)
        #expect(try refusal.string("/detail").hasPrefix("it took longer"))
    }
}
