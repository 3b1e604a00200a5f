import HTTP
import JSON

/// A path, the methods it takes, and what it answers.
struct Endpoint: Sendable {
    let path: String
    let methods: [String]
    /// Whether it takes a worker; the others are answered at once, however busy the workers are.
    let computes: Bool
    let answer:
        @Sendable (_ body: [UInt8], _ service: GradientService, _ isCancelled: () -> Bool)
            throws(RequestError) -> HTTPResponse

    /// An endpoint that is read, and answers a small JSON object.
    static func reading(
        _ path: String, _ write: @escaping @Sendable (inout JSONWriter, GradientService) -> Void
    ) -> Endpoint {
        Endpoint(path: path, methods: ["GET", "HEAD"], computes: false) {
            _, service, _ throws(RequestError) in
            var writer = JSONWriter()
            writer.object { write(&$0, service) }
            return HTTPResponse(
                status: .ok, contentType: "application/json", body: writer.bytes)
        }
    }

    /// An endpoint that a call is posted to.
    static func posting(_ call: any Call.Type) -> Endpoint {
        Endpoint(path: "/" + call.name, methods: ["POST"], computes: true) {
            body, service, isCancelled throws(RequestError) in
            HTTPResponse(
                status: .ok, contentType: "application/json",
                body: try call.answer(body, within: service.limits, isCancelled: isCancelled))
        }
    }
}
