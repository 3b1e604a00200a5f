import HTTP
import Testing

@testable import GradientService

struct HealthTests {
    @Test func `the process tells that it is alive, and its version`() throws {
        let response = try GradientService().answer("GET", "/healthz")
        #expect(response.status == .ok)
        #expect(response.fields["Content-Type"] == "application/json")
        let version = GradientService.version
        #expect(
            String(decoding: response.body, as: UTF8.self)
                == #"{"status":"ok","version":"\#(version)"}"#)
        #expect(version.split(separator: ".").compactMap { Int($0) }.count == 3)
    }
}
