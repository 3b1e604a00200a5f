import Dispatch
import HTTP
import TestSupport
import Testing

@testable import GradientService

extension GradientService {
    /// The answer to a request, waited for if it comes later.
    func answer(
        to head: HTTPRequestHead, _ body: String = "",
        isCancelled: @escaping @Sendable () -> Bool = { false }
    ) throws -> HTTPResponse {
        let request = HTTPRequest(head: head, body: Array(body.utf8))
        switch respond(to: request, isCancelled: isCancelled) {
        case .now(let response): return response
        case .work(let work): return work()
        case .later(let start):
            let answers = Locked<[HTTPResponse]>([])
            let isThere = DispatchSemaphore(value: 0)
            start { response in
                answers.withLock { $0.append(response) }
                isThere.signal()
            }
            // Far longer than any answer takes, so that one which never comes fails its test.
            try #require(isThere.wait(timeout: .now() + 600) == .success, "no answer came")
            return answers.withLock { $0[0] }
        }
    }

    /// The same of a method and a target.
    func answer(
        _ method: String, _ target: String, _ body: String = "", fields: HTTPFields = [:]
    ) throws -> HTTPResponse {
        var fields = fields
        if method == "POST", fields["Content-Type"] == nil {
            fields.append("Content-Type", "application/json")
        }
        return try answer(
            to: HTTPRequestHead(method: method, target: target, fields: fields), body)
    }
}
