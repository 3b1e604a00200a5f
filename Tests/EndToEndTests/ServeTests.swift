import Dispatch
import Glibc
import GradientClient
import JSON
import TestSupport
import Testing

/// The built program as a server, spoken to over HTTP.
struct ServeTests {
    @Test func `every endpoint answers, with status, fields and body`() throws {
        try Server.run { server in
            let client = server.client
            for call in Requests.calls {
                let answer = try client.post("/" + call, json: Array(Requests.body(call).utf8))
                #expect(answer.status == 200)
                #expect(answer.value(of: "Content-Type") == "application/json")
                #expect(answer.value(of: "Content-Length") == "\(answer.body.count)")
                #expect(answer.value(of: "Date")?.hasSuffix(" GMT") == true)
                let names = try JSONDocument(parsing: answer.body).root.members().map(\.name)
                let expected = [
                    "forward": ["cost", "losses", "outputs", "layers"],
                    "backward": ["cost", "layers", "meaning"],
                    "check": [
                        "verdict", "summary", "score", "conventions", "tensors", "mistakes",
                        "ambiguities", "cost", "meaning",
                    ],
                    "train": ["network", "costs", "history", "outcome", "training", "last_step"],
                    "convert": ["tensors", "factors", "meaning"],
                ]
                #expect(names == expected[call])
            }
            for (path, type, start) in [
                ("/healthz", "application/json", #"{"status":"ok","version":""#),
                ("/limits", "application/json", #"{"request":{"body_bytes":67108864,"#),
                ("/openapi.yaml", "application/yaml", "openapi: 3.1.0\n"),
                ("/", "text/html; charset=utf-8", "<!DOCTYPE html>"),
                ("/page/state.js", "text/javascript; charset=utf-8", "// The state of the page"),
            ] {
                let answer = try client.get(path)
                #expect(answer.status == 200)
                #expect(answer.value(of: "Content-Type") == type)
                #expect(answer.text.hasPrefix(start))
            }
        }
    }

    @Test func `HEAD is answered like GET, without the body`() throws {
        try Server.run { server in
            for path in ["/healthz", "/limits", "/openapi.yaml", "/", "/docs"] {
                let get = try server.client.get(path)
                let head = try server.client.request(method: "HEAD", path: path)
                #expect(head.status == 200)
                #expect(head.body.isEmpty)
                for name in ["Content-Type", "Content-Length"] {
                    #expect(head.value(of: name) == get.value(of: name))
                }
            }
        }
    }

    @Test func `each refusal is a problem with its status, and the next request is answered`()
        throws
    {
        try Server.run(["--max-body", "10K"]) { server in
            let client = server.client
            let json = [Field("Content-Type", "application/json")]
            let good = Array(Requests.body("backward").utf8)
            let long = [UInt8](repeating: UInt8(ascii: " "), count: 10_241)
            func send(_ method: String, _ path: String, _ fields: [Field], _ body: [UInt8]?)
                throws -> Response
            {
                try client.request(method: method, path: path, fields: fields, body: body)
            }
            let expected = try client.post("/backward", json: good)
            for (response, status, type) in [
                (try send("GET", "/nowhere", [], nil), 404, "unknown_path"),
                (try send("GET", "/train", [], nil), 405, "method_not_allowed"),
                (try send("DELETE", "/healthz", [], nil), 405, "method_not_allowed"),
                (try send("BREW", "/healthz", [], nil), 501, "not_acceptable_http"),
                (try send("POST", "/train", [], good), 415, "unsupported_media_type"),
                (try send("POST", "/train", json, nil), 411, "not_acceptable_http"),
                (try send("POST", "/train", json, long), 413, "not_acceptable_http"),
                (try send("POST", "/train", json, Array("[NaN]".utf8)), 400, "not_json"),
                (
                    try send("POST", "/backward", json, Array(Requests.refused.utf8)), 422,
                    "invalid_fields"
                ),
            ] {
                #expect(response.status == status, "\(response.text)")
                #expect(response.value(of: "Content-Type") == "application/problem+json")
                #expect(response.text.hasPrefix(#"{"type":"urn:gradientd:problem:\#(type)""#))
                #expect(try client.post("/backward", json: good).body == expected.body)
            }
        }
    }

    @Test func `a wrong method is told the right ones`() throws {
        try Server.run { server in
            let client = server.client
            #expect(try client.get("/train").value(of: "Allow") == "POST")
            let post = try client.post("/limits", json: Array("{}".utf8))
            #expect(post.value(of: "Allow") == "GET, HEAD")
        }
    }

    @Test func `a body that is wrong does not end the connection`() throws {
        try Server.run { server in
            let client = server.client
            for body in [Requests.refused, "[NaN]", "{}", "", Requests.body("backward")] {
                let answer = try client.post("/backward", json: Array(body.utf8))
                #expect(answer.status == (body == Requests.body("backward") ? 200 : answer.status))
                // Without this field an HTTP/1.1 connection goes on (RFC 9112 §9.3).
                #expect(answer.value(of: "Connection") == nil, "\(answer.text)")
            }
        }
    }

    @Test func `many clients at once get the bytes that one alone gets`() throws {
        try Server.run { server in
            let alone = try Requests.calls.map {
                try server.client.post("/" + $0, json: Array(Requests.body($0).utf8)).body
            }
            let url = server.url
            let wrong = Locked<[String]>([])
            DispatchQueue.concurrentPerform(iterations: 8) { client in
                let own = GradientClient(baseURL: url)
                for round in 0..<12 {
                    let index = (client + round) % 3
                    let call = Requests.calls[index]
                    let body = Array(Requests.body(call).utf8)
                    let answer = Result { try own.post("/" + call, json: body) }
                    if (try? answer.get().body) != alone[index] {
                        wrong.withLock { $0.append("\(call): \(answer)") }
                    }
                }
            }
            #expect(wrong.withLock { $0 } == [])
        }
    }
}
