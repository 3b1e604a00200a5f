import Testing

@testable import HTTP

struct HTTPServiceTests {
    /// Refuses every path with 404 and says itself when to come again.
    private struct Refusing: HTTPResponder {
        let knowsPath: Bool

        func earlyAnswer(to head: HTTPRequestHead) -> HTTPResponse? {
            knowsPath ? nil : HTTPResponse(status: .notFound)
        }

        func respond(
            to request: HTTPRequest, isCancelled: @escaping @Sendable () -> Bool
        ) -> HTTPAnswer { .now(HTTPResponse(status: .ok)) }

        func response(to error: HTTPError) -> HTTPResponse {
            let fields: HTTPFields = knowsPath ? ["retry-after": "60"] : [:]
            return HTTPResponse(status: error.status, fields: fields)
        }
    }

    private static func service(knowsPath: Bool) -> HTTPService {
        HTTPService(limits: HTTPLimits(), responder: Refusing(knowsPath: knowsPath))
    }

    /// A method that nobody knows is told before an unknown path, and that before a bad body.
    @Test(
        arguments: [
            (false, "FOO", [:], 501), (false, "POST", [:], 404),
            (false, "POST", ["Content-Length": "99999999999"], 404), (true, "POST", [:], 411),
            (true, "POST", ["Content-Length": "99999999999"], 413),
            (true, "POST", ["Content-Length": "1"], nil), (true, "GET", [:], nil),
        ] as [(Bool, String, HTTPFields, Int?)])
    func `a head is judged by method, path and body`(
        knowsPath: Bool, method: String, fields: HTTPFields, status: Int?
    ) throws {
        let head = try HTTPRequestHead(method: method, target: "/", fields: fields)
        let answer = Self.service(knowsPath: knowsPath).earlyAnswer(to: head)
        #expect(answer?.status.code == status)
    }

    @Test
    func `an overload says when to come again, once`() {
        for (knowsPath, expected) in [(false, "1"), (true, "60")] {
            let service = Self.service(knowsPath: knowsPath)
            let response = service.response(to: service.overload)
            #expect(response.fields.values(of: "Retry-After") == [expected])
        }
    }

    @Test
    func `what was cancelled before its turn is not computed`() throws {
        let responder = TestResponder()
        let service = HTTPService(limits: HTTPLimits(), responder: responder)
        let cancellation = Cancellation()
        cancellation.cancel()
        let answered = Counter()
        let head = try HTTPRequestHead(method: "GET", target: "/held")
        let outcome = service.compute(
            HTTPRequest(head: head), cancellation, mayWorkHere: true
        ) { _ in answered.increment() }
        guard case .taken = outcome else { Issue.record("\(outcome)"); return }
        #expect(answered.reaches(1))
        #expect(responder.begun.value == 0)
    }
}
