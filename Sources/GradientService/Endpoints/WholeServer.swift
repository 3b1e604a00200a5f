import HTTP

extension Endpoint {
    /// `OPTIONS *`: what the server as a whole can be asked (RFC 9110 §9.3.7).
    static let wholeServer = Endpoint(path: "*", methods: ["OPTIONS"], place: .atOnce) {
        _, _ throws(RequestError) in
        let methods = Set(GradientService.endpoints.flatMap(\.methods) + ["OPTIONS"])
        return .now(
            HTTPResponse(
                status: .noContent, fields: ["Allow": methods.sorted().joined(separator: ", ")]))
    }
}
