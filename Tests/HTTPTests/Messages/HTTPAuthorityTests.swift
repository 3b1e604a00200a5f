import Testing

@testable import HTTP

struct HTTPAuthorityTests {
    @Test(arguments: [
        "a", "a:", "a:0", "a:65535", "127.0.0.1:8080", "[::1]", "[::1]:80", "[::ffff:1.2.3.4]",
        "a-b.c_d", "a%20b",
    ])
    func `a host with or without a port is an authority`(text: String) {
        #expect(HTTPAuthority.isValid(Array(text.utf8)[...]))
    }

    @Test(arguments: [
        "", ":80", "a:b", "a:123456", "a:65536", "a:1:2", "[]", "[::1]x", "[::1]:x", "[1]", "a/b",
        "a%2", "a%zz", "a b", "\u{E9}",
    ])
    func `anything else is not`(text: String) {
        #expect(!HTTPAuthority.isValid(Array(text.utf8)[...]))
    }
}
