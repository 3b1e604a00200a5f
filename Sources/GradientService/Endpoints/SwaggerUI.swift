import FoundationEssentials
import HTTP

/// Swagger UI in a folder, where `Scripts/install-swagger-ui.sh` has put it.
public struct SwaggerUI: Sendable {
    /// All that is ever read of the folder.
    private static let names = ["swagger-ui.css", "swagger-ui-bundle.js"]

    private let folder: String

    public struct Missing: Error {
        /// The file that is not there.
        public let path: String
    }

    public init(folder: String) throws(Missing) {
        self.folder = folder
        for name in Self.names where !FileManager.default.isReadableFile(atPath: path(of: name)) {
            throw Missing(path: path(of: name))
        }
    }

    /// Read anew each time: it is large, and hardly ever asked for.
    fileprivate func file(_ name: String) -> Asset? {
        guard Self.names.contains(name),
            let data = FileManager.default.contents(atPath: path(of: name))
        else { return nil }
        return Asset(name, Array(data), packs: false)
    }

    private func path(of name: String) -> String { folder + "/" + name }
}

extension Endpoint {
    /// `/docs/{name}`: what Swagger UI is made of.
    static let docsFile = Endpoint(
        path: "/docs/{name}", methods: ["GET", "HEAD"], place: .storing, isOpen: true
    ) { asked, service throws(RequestError) in
        guard let file = service.swaggerUI?.file(asked.parameters[0]) else {
            throw .unknownPath(asked.head.path)
        }
        return .now(file.response(to: asked))
    }
}
