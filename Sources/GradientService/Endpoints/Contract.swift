import HTTP

extension Endpoint {
    /// `/openapi.yaml`: the contract itself, as it stands in the project.
    static let contract = Endpoint(
        path: "/openapi.yaml", methods: ["GET", "HEAD"], place: .atOnce, isOpen: true
    ) {
        _, _ throws(RequestError) in
        .now(
            HTTPResponse(
                status: .ok, contentType: "application/yaml", body: PackageResources.openapi_yaml))
    }
}
