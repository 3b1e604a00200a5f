import Testing

@testable import HTTP

struct HTTPErrorTests {
    @Test(arguments: [
        (HTTPError.headTimeout, 408), (.bodyTimeout, 408), (.overloaded(retryAfter: 3), 503),
        (.message(.lengthRequired), 411),
    ])
    func `an error has its status`(error: HTTPError, status: Int) {
        #expect(error.status.code == status)
    }

    @Test
    func `overload says when to come again, and says it in words too`() {
        let error = HTTPError.overloaded(retryAfter: 3)
        #expect(error.fields["Retry-After"] == "3")
        #expect(error.description.contains("3 s"))
        #expect(HTTPError.headTimeout.fields.isEmpty)
    }
}
