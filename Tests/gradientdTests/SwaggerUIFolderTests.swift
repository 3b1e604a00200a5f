import Testing

@testable import gradientd

struct SwaggerUIFolderTests {
    @Test func `it is looked for beside the program, and where its prefix keeps what is shared`() {
        #expect(
            SwaggerUIFolder.candidates(for: "/usr/local/bin/gradientd") == [
                "/usr/local/bin/swagger-ui", "/usr/local/bin/../share/gradientd/swagger-ui",
            ])
    }

    @Test func `a folder that was asked for and has it not is told`() {
        #expect(throws: (any Error).self) { try SwaggerUIFolder.find("/nonexistent") }
    }
}
