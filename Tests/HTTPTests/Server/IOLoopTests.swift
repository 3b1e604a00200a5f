import Testing

@testable import HTTP

struct IOLoopTests {
    @Test
    func `the date is that of the answer`() throws {
        let io = try IOLoop(limits: HTTPLimits())
        #expect(io.currentDate.hasSuffix(" GMT"))
        #expect(io.currentDate.utf8.count == "Sun, 06 Nov 1994 08:49:37 GMT".utf8.count)
    }
}
