extension Endpoint {
    /// `/healthz`: the process is alive.
    static let health = Endpoint.reading("/healthz", isOpen: true, isProbe: true) { writer, _ in
        writer.field("status", "ok")
        writer.field("version", GradientService.version)
    }
}

extension GradientService {
    /// The version of the program and of its contract.
    public static let version = "0.1.0"
}
