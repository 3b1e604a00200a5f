import HTTP

/// The files of the page, each of the folder `Page`.
enum Page {
    static let files = [
        Asset("index.html", PackageResources.index_html),
        Asset("docs.css", PackageResources.docs_css),
        Asset("docs.html", PackageResources.docs_html),
        Asset("docs.js", PackageResources.docs_js),
        Asset("docs-missing.html", PackageResources.docs_missing_html),
    ]

    private static let byName = Dictionary(uniqueKeysWithValues: files.map { ($0.name, $0) })

    static func file(_ name: String) -> Asset? { byName[name] }
}

extension Endpoint {
    /// `/`: the page on which one sees gradients flow.
    static let page = Endpoint.page("/") { _, _ in "index.html" }

    /// `/page/{name}`: what the page is made of.
    static let pageFile = Endpoint.page("/page/{name}") { asked, _ in asked.parameters[0] }

    /// `/docs`: the contract, to be tried; without Swagger UI, how to get it.
    static let docs = Endpoint.page("/docs") { _, service in
        service.swaggerUI == nil ? "docs-missing.html" : "docs.html"
    }

    /// A path that a file of the page is answered at. It is open, since it holds no secret.
    private static func page(
        _ path: String, _ name: @escaping @Sendable (Asked, GradientService) -> String
    ) -> Endpoint {
        Endpoint(path: path, methods: ["GET", "HEAD"], place: .atOnce, isOpen: true) {
            asked, service throws(RequestError) in
            guard let file = Page.file(name(asked, service)) else {
                throw .unknownPath(asked.head.path)
            }
            return .now(file.response(to: asked))
        }
    }
}
