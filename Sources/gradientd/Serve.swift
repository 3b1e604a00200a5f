import Dispatch
import Glibc
import GradientService
import HTTP

/// `gradientd serve`: listens until it is told to stop.
struct Serve: Command {
    struct Settings {
        var host = "127.0.0.1"
        var port = 8080
        var allowAnonymous = false
        var drainTime = Duration.seconds(30)
        var http = HTTPLimits()
    }

    let name = "serve"
    let operands = ""
    let summary = "listen for requests over HTTP and answer them"
    let notes = """
        The first line on standard output tells the address once the server listens.
        SIGTERM and SIGINT end it when the requests at work are answered; a second one ends it at once.
        Exit status: 0 after such an end, 1 if it cannot listen.
        """
    let defaults = Settings()
    let options: [Option<Settings>] = [
        .text("host", \.host, "ADDRESS", "address to listen on"),
        .integer("port", \.port, in: 0...65535, "PORT", "port to listen on; 0 takes a free one"),
        .flag(
            "allow-anonymous", \.allowAnonymous,
            "listen beyond this machine although anyone may call"),
        .bytes("max-body", \.http.bodyBytes, "BYTES", "longest body of a request"),
        .integer("max-connections", \.http.connections, in: 1...65536, "N", "clients at a time"),
        .integer("workers", \.http.computing, in: 1...1024, "N", "requests computed at a time"),
        .integer(
            "max-waiting", \.http.waiting, in: 0...65536, "N",
            "requests that may wait for a worker before others are turned away"),
        .seconds("compute-seconds", \.http.computingTime, "longest time for one answer"),
        .seconds("drain-seconds", \.drainTime, "time that answers get to finish at the end"),
    ]

    func run(_ settings: Settings, operands: [String]) throws(UsageError) -> ExitStatus {
        guard operands.isEmpty else { throw UsageError("takes no operands") }
        guard settings.allowAnonymous || isLoopback(settings.host) else {
            throw UsageError(
                "\(settings.host) can be reached from beyond this machine, where anyone could call; "
                    + "say --allow-anonymous if that is meant")
        }
        signal(SIGPIPE, SIG_IGN)  // A reader of the log that goes away must not end the service.
        raiseOpenFileLimit()
        let server = HTTPServer(
            host: settings.host, port: UInt16(settings.port), limits: settings.http,
            responder: GradientService(http: settings.http))
        let limit = settings.drainTime
        let signals = TerminationSignals {
            Task {
                await server.drain(within: limit)
                exit(ExitStatus.success.rawValue)
            }
        }
        let port: UInt16
        do throws(SocketError) {
            port = try server.start()
        } catch {
            write("\(program): \(error)\n", to: .error)
            return .failure
        }
        write(
            "\(program): listening on http://\(authority(settings.host, Int(port)))\n", to: .output)
        signals.wait()
    }
}
