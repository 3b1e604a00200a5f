/// The endpoint that a path leads to.
struct Route {
    /// Its place among all endpoints.
    let index: Int
    let parameters: [String]

    var endpoint: Endpoint { Self.all[index] }

    /// All endpoints, and last the server as a whole.
    static let all = GradientService.endpoints + [.wholeServer]

    /// Nil where no endpoint has this path.
    init?(_ path: String) {
        if let index = Self.plain[path] {
            self.index = index
            parameters = []
            return
        }
        for index in Self.patterns {
            guard let parameters = Self.all[index].parameters(of: path) else { continue }
            self.index = index
            self.parameters = parameters
            return
        }
        return nil
    }

    /// The paths that stand for themselves, which are most that are asked for.
    private static let plain = Dictionary(
        uniqueKeysWithValues: all.enumerated().filter { !$1.path.contains("{") }
            .map { ($1.path, $0) })
    private static let patterns = all.indices.filter { all[$0].path.contains("{") }
}
