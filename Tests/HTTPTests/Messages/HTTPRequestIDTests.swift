import Testing

@testable import HTTP

struct HTTPRequestIDTests {
    private func id(_ values: String...) throws -> String {
        var fields: HTTPFields = [:]
        for value in values { fields.append("x-request-id", value) }
        let head = try HTTPRequestHead(method: "GET", target: "/", fields: fields)
        return HTTPRequestID(of: head).description
    }

    @Test(arguments: ["a", "2f1-A.b_c~d+e/f=g:h@i", String(repeating: "x", count: 128)])
    func `a sane name is taken as it is`(name: String) throws {
        #expect(try id(name) == name)
    }

    @Test(arguments: ["", "a b", "a\"b", "ä", "a,b", "<b>", String(repeating: "x", count: 129)])
    func `any other is passed over`(name: String) throws {
        #expect(try id(name) != name)
    }

    @Test func `two names are as good as none`() throws {
        #expect(try !["a", "b"].contains(id("a", "b")))
    }

    @Test func `no made name comes twice, and each could be taken`() {
        let made = (0..<1000).map { _ in HTTPRequestID(of: nil).description }
        #expect(Set(made).count == made.count)
        #expect(made.allSatisfy { HTTPRequestID($0)?.description == $0 })
    }
}
