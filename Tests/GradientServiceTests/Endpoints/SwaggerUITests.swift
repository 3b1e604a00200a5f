import Foundation
import HTTP
import Testing

@testable import GradientService

struct SwaggerUITests {
    /// A folder with these files, gone after it.
    private func withFolder(
        _ files: [String: String], _ body: (String) throws -> Void
    ) throws {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "gradientd-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for (name, text) in files {
            try Data(text.utf8).write(to: folder.appending(path: name))
        }
        try body(folder.path)
    }

    private static let files = [
        "swagger-ui.css": "a {}", "swagger-ui-bundle.js": "1;", "secret.txt": "secret",
    ]

    private func text(_ response: HTTPResponse) -> String {
        String(decoding: response.body, as: UTF8.self)
    }

    @Test func `its files are served from the folder, and nothing else is`() throws {
        try withFolder(Self.files) { folder in
            let service = GradientService(swaggerUI: try SwaggerUI(folder: folder))
            let style = try service.answer("GET", "/docs/swagger-ui.css")
            #expect(text(style) == "a {}")
            #expect(style.fields["Content-Type"] == "text/css; charset=utf-8")
            #expect(text(try service.answer("GET", "/docs/swagger-ui-bundle.js")) == "1;")
            #expect(text(try service.answer("GET", "/docs")).contains("swagger-ui-bundle.js"))
            for path in ["/docs/secret.txt", "/docs/..", "/docs/./swagger-ui.css"] {
                #expect(try service.answer("GET", path).status == .notFound)
            }
        }
    }

    @Test func `without it the page says how to get it`() throws {
        let service = GradientService()
        let page = text(try service.answer("GET", "/docs"))
        #expect(page.contains("Scripts/install-swagger-ui.sh"))
        #expect(page.contains("--swagger-ui"))
        #expect(try service.answer("GET", "/docs/swagger-ui.css").status == .notFound)
    }

    @Test(arguments: ["swagger-ui.css", "swagger-ui-bundle.js"])
    func `a folder that lacks one of them is refused by that name`(name: String) throws {
        try withFolder(Self.files.filter { $0.key != name }) { folder in
            let error = #expect(throws: SwaggerUI.Missing.self) {
                try SwaggerUI(folder: folder)
            }
            #expect(error?.path == folder + "/" + name)
        }
    }

    @Test func `a file that is gone since the start is not found`() throws {
        try withFolder(Self.files) { folder in
            let service = GradientService(swaggerUI: try SwaggerUI(folder: folder))
            try FileManager.default.removeItem(atPath: folder + "/swagger-ui.css")
            #expect(try service.answer("GET", "/docs/swagger-ui.css").status == .notFound)
        }
    }
}
