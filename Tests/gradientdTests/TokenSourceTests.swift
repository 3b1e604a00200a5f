import Glibc
import Testing

@testable import gradientd

struct TokenSourceTests {
    /// A file with this text, while `body` runs.
    private func withFile<Result>(_ text: String, _ body: (String) throws -> Result) throws
        -> Result
    {
        var name = Array("/tmp/gradientd-tokens-XXXXXX\0".utf8CString)
        let descriptor = mkstemp(&name)
        try #require(descriptor >= 0)
        let bytes = Array(text.utf8)
        _ = Glibc.write(descriptor, bytes, bytes.count)
        close(descriptor)
        let path = name.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
        defer { unlink(path) }
        return try body(path)
    }

    @Test func `without a file there are no tokens`() throws {
        #expect(try TokenSource(path: "").load() == nil)
    }

    @Test func `a file is read anew each time`() throws {
        try withFile("one\ntwo\n") { path in
            let tokens = try TokenSource(path: path).load()
            #expect(tokens?.count == 2)
        }
    }

    @Test(arguments: ["", "# none\n", "two words\n"])
    func `a file with anything but tokens is told by its name, not by its content`(
        text: String
    ) throws {
        try withFile(text) { path in
            do throws(TokenSource.Failure) {
                _ = try TokenSource(path: path).load()
                Issue.record("it was read")
            } catch {
                #expect(error.reason.hasPrefix(path + ": "))
                #expect(!error.reason.contains("words"))
            }
        }
    }

    @Test func `a file that is not there is told`() {
        let source = TokenSource(path: "/nonexistent/tokens")
        let error = #expect(throws: TokenSource.Failure.self) { try source.load() }
        #expect(error?.reason == "/nonexistent/tokens: No such file or directory")
    }
}
