import Testing

@testable import HTTP

struct HTTPStatusTests {
    @Test(arguments: HTTPStatus.allCases)
    func `a status is a final one with a phrase of its own`(status: HTTPStatus) {
        #expect((200...599).contains(status.code))
        #expect(!status.reason.isEmpty)
        #expect(HTTPStatus.allCases.filter { $0.reason == status.reason } == [status])
    }

    @Test
    func `204 and 304 alone carry no content`() {
        #expect(HTTPStatus.allCases.filter { !$0.allowsBody } == [.noContent, .notModified])
    }
}
