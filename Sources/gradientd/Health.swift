import Glibc
import GradientClient

/// `gradientd health`: asks a running server whether it is alive.
struct Health: Command {
    struct Settings {
        var host = "127.0.0.1"
        var port = 8080
        var timeout = Duration.seconds(5)
    }

    let name = "health"
    let operands = ""
    let summary = "ask a running server whether it is alive"
    let notes = """
        The token in GRADIENTD_TOKEN is sent, if there is one.
        Exit status: 0 if the server answers that it is, 1 if not.
        """
    let defaults = Settings()
    let options: [Option<Settings>] = [
        .text("host", \.host, "ADDRESS", "where the server listens"),
        .integer("port", \.port, in: 1...65535, "PORT", "the port it listens on"),
        .seconds("timeout", \.timeout, "how long to wait for the answer"),
    ]

    func run(_ settings: Settings, operands: [String]) throws(UsageError) -> ExitStatus {
        guard operands.isEmpty else { throw UsageError("takes no operands") }
        var limits = ClientLimits()
        limits.connectTime = settings.timeout
        limits.callTime = settings.timeout
        limits.answerBytes = 1 << 16
        // A server on every address is asked through loopback.
        let host = ["0.0.0.0": "127.0.0.1", "::": "::1"][settings.host] ?? settings.host
        let client = GradientClient(
            baseURL: "http://\(authority(host, settings.port))",
            token: getenv("GRADIENTD_TOKEN").map { String(cString: $0) }, limits: limits)
        do throws(GradientClientError) {
            let response = try client.get("/healthz")
            guard response.status == 200 else {
                write("\(program) health: answered \(response.status)\n", to: .error)
                return .failure
            }
            write("ok\n", to: .output)
            return .success
        } catch {
            write("\(program) health: \(error)\n", to: .error)
            return .failure
        }
    }
}
