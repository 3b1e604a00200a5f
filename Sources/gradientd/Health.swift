import Glibc

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
        // A server on every address is asked through loopback.
        let host = ["0.0.0.0": "127.0.0.1", "::": "::1"][settings.host] ?? settings.host
        let probe = HealthProbe(
            host: host, port: settings.port,
            token: getenv("GRADIENTD_TOKEN").map { String(cString: $0) },
            timeout: settings.timeout)
        do throws(HealthProbe.Failure) {
            let status = try probe.status()
            guard status == 200 else {
                write("\(program) health: answered \(status)\n", to: .error)
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
