import HTTP
import Testing

@testable import GradientService

struct HealthTests {
    @Test func `the process tells that it is alive, and its version`() throws {
        let head = try HTTPRequestHead(method: "GET", target: "/healthz")
        let response = GradientService().respond(to: HTTPRequest(head: head)) { false }
        #expect(response.status == .ok)
        #expect(response.fields["Content-Type"] == "application/json")
        let version = GradientService.version
        #expect(
            String(decoding: response.body, as: UTF8.self)
                == #"{"status":"ok","version":"\#(version)"}"#)
        #expect(version.split(separator: ".").compactMap { Int($0) }.count == 3)
    }
}
