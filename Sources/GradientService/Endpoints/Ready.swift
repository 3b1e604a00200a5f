import HTTP

extension Endpoint {
    /// `/readyz`: whether the service is ready for more requests, as a load balancer asks.
    static let ready = Endpoint(
        path: "/readyz", methods: ["GET", "HEAD"], place: .atOnce, isOpen: true, isProbe: true
    ) { _, service throws(RequestError) in
        if let fault = service.operation.readiness.fault { throw fault }
        return .now(HTTPResponse(status: .ok) { $0.field("status", "ready") })
    }

    /// `/metrics`: what is counted, in the text format of Prometheus.
    static let prometheus = Endpoint(
        path: "/metrics", methods: ["GET", "HEAD"], place: .atOnce, isProbe: true
    ) { _, service throws(RequestError) in
        .now(
            HTTPResponse(
                status: .ok, contentType: MetricsText.contentType,
                body: service.operation.metricsText(arrayBytesHeld: service.arrays.bytesHeld)))
    }
}
