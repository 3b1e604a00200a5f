import HTTP
import Testing

@testable import GradientService

struct BearerTokensTests {
    private static let tokens = try? BearerTokens(lines: "# ours\nalpha\n\n  beta== \r\ngamma")

    private func caller(_ values: String...) throws(AccessError) -> Int {
        var fields: HTTPFields = [:]
        for value in values { fields.append("Authorization", value) }
        guard let head = try? HTTPRequestHead(method: "GET", target: "/", fields: fields),
            let tokens = Self.tokens
        else { preconditionFailure("the head is valid") }
        return try tokens.caller(of: head)
    }

    @Test func `a line is a token, but for comments and what is empty`() {
        #expect(Self.tokens?.count == 3)
    }

    @Test(arguments: [
        ("", BearerTokens.Fault.empty), ("# nothing\n\n", .empty), ("a\nb c", .notAToken(line: 2)),
        ("tökén", .notAToken(line: 1)), ("a#b", .notAToken(line: 1)),
        ("a\n\u{0}", .notAToken(line: 2)),
    ])
    func `a text with anything else is refused`(text: String, fault: BearerTokens.Fault) {
        #expect(throws: fault) { try BearerTokens(lines: text) }
        #expect(!fault.description.contains("tökén"))
    }

    @Test(arguments: [
        ("Bearer alpha", 0), ("bearer alpha", 0), ("BEARER  beta== ", 1), ("Bearer gamma", 2),
    ])
    func `each token is told by its place`(value: String, place: Int) throws {
        #expect(try caller(value) == place)
    }

    @Test(arguments: [
        "Bearer", "Bearer ", "Bearer alph", "Bearer alphaa", "Bearer alphaalpha", "Bearer ALPHA",
        "Basic alpha", "alpha", "Bearer alpha beta==", "Bearer alpha,beta==", "Bearer # ours",
    ])
    func `what is none of them is refused`(value: String) {
        #expect(throws: AccessError.wrongToken) { try caller(value) }
    }

    @Test func `no field, and two of them, are refused`() {
        #expect(throws: AccessError.noToken) { try caller() }
        #expect(throws: AccessError.wrongToken) { try caller("Bearer alpha", "Bearer alpha") }
    }

    @Test func `every byte counts, wherever it stands`() throws {
        let token = String(repeating: "t", count: 40)
        let tokens = try BearerTokens(lines: token)
        #expect(tokens.index(of: Array(token.utf8)) == 0)
        for place in 0..<40 {
            var other = Array(token.utf8)
            other[place] ^= 1
            #expect(tokens.index(of: other) == nil)
            #expect(tokens.index(of: token.utf8.prefix(place)) == nil)
        }
    }
}
