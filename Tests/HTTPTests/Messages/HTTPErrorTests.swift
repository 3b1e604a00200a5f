import Testing

@testable import HTTP

struct HTTPErrorTests {
    @Test(arguments: [
        (HTTPError.headTimeout, 408), (.bodyTimeout, 408), (.overloaded(retryAfter: 3), 503),
        (.message(.lengthRequired), 411), (.tooManyConnections(limit: 2, retryAfter: 3), 503),
        (.noRoomForBody(retryAfter: 3), 503),
    ])
    func `an error has its status`(error: HTTPError, status: Int) {
        #expect(error.status.code == status)
    }

    @Test(arguments: [
        HTTPError.overloaded(retryAfter: 3), .tooManyConnections(limit: 2, retryAfter: 3),
        .noRoomForBody(retryAfter: 3),
    ])
    func `what is too much now says when to come again, and says it in words too`(
        error: HTTPError
    ) {
        #expect(error.fields["Retry-After"] == "3")
        #expect(error.description.contains("3 s"))
        #expect(HTTPError.headTimeout.fields.isEmpty)
    }
}
