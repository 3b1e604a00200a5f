import Testing

@testable import gradientd

struct StateFolderTests {
    @Test(
        arguments: [
            (["XDG_STATE_HOME": "/x", "HOME": "/h"], "/x", "/x/gradientd"),
            (["XDG_STATE_HOME": "x", "HOME": "/h"], "/h", "/h/.local/state/gradientd"),
            (["XDG_STATE_HOME": "", "HOME": "/h"], "/h", "/h/.local/state/gradientd"),
            (["HOME": ""], "/var/lib", "/var/lib/.local/state/gradientd"),
            ([:], "/var/lib", "/var/lib/.local/state/gradientd"),
        ] as [([String: String], String, String)])
    func `the folder is where the environment says, and a variable that is empty says nothing`(
        environment: [String: String], base: String, path: String
    ) {
        let folder = StateFolder.folder(by: environment)
        #expect(folder.base == base)
        #expect(folder.path == path)
    }
}
