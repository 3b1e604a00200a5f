import Dispatch
import Glibc
import GradientService
import HTTP
import RunStore

/// `gradientd serve`: listens until it is told to stop.
struct Serve: Command {
    struct Settings {
        var host = "127.0.0.1"
        var port = 8080
        var allowAnonymous = false
        var drainTime = Duration.seconds(30)
        /// Empty for the state folder.
        var dataFolder = ""
        var http = HTTPLimits()
        var trainings = TrainingsSettings()
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
        .text(
            "data-dir", \.dataFolder, "FOLDER",
            "where detached trainings are kept, :memory: for nowhere; "
                + "by default \(StateFolder.description)"),
        .integer(
            "training-threads", \.trainings.threads, in: 1...1024, "N",
            "threads that trainings take turns on"),
        .integer(
            "max-trainings", \.trainings.attendedAtOnce, in: 1...65536, "N",
            "trainings at a time whose callers wait"),
        .integer(
            "max-runs", \.trainings.detachedAtOnce, in: 1...1024, "N",
            "detached trainings at a time; others are queued"),
        .decimalSeconds(
            "checkpoint-seconds", \.trainings.checkpointTime,
            "time between two checkpoints of a detached training"),
        .integer(
            "kept-runs", \.trainings.kept.runs, in: 1...1_000_000, "N",
            "detached trainings that are kept; those that ended first make room"),
        .bytes(
            "kept-bytes", \.trainings.kept.bytes, "BYTES",
            "the room that they may take, one a quarter of it at most: it fails with more"),
        .integer(
            "kept-days", \.trainings.kept.days, in: 1...36_500, "N",
            "days that one is kept after its end"),
        .seconds("drain-seconds", \.drainTime, "time that answers get to finish at the end"),
        .seconds(
            "drain-training-seconds", \.trainings.drainTime,
            "the part of it that trainings get whose callers wait; then a stream ends with a checkpoint"
        ),
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
        giveBackFreeMemory()
        guard let trainings = trainings(settings) else { return .failure }
        let server = HTTPServer(
            host: settings.host, port: UInt16(settings.port), limits: settings.http,
            responder: GradientService(http: settings.http, trainings: trainings))
        let limit = settings.drainTime
        let signals = TerminationSignals {
            Task {
                trainings.drain()
                await server.drain(within: limit)
                trainings.suspend()
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

    /// The trainings, which go on with those of before; nil where the folder that was asked for
    /// cannot be used, which is told.
    private func trainings(_ settings: Settings) -> Trainings? {
        let store: Result<RunStore, RunStoreError>
        switch settings.dataFolder {
        case ":memory:":
            store = Result { () throws(RunStoreError) in try RunStore(at: .memory) }
        case "":
            store = StateFolder.store()
            // Nobody asked for this folder, and all but detached trainings goes without it.
            if case .failure(let error) = store {
                write(
                    "\(program): no detached trainings: \(StateFolder.path): \(error)\n", to: .error
                )
            }
        default:
            store = Result { () throws(RunStoreError) in
                try RunStore(at: .folder(settings.dataFolder))
            }
            if case .failure(let error) = store {
                write("\(program): --data-dir \(settings.dataFolder): \(error)\n", to: .error)
                return nil
            }
        }
        return Trainings(store: store, settings: settings.trainings)
    }
}

extension RunLimits {
    fileprivate var days: Int {
        get { Int(age / 86_400) }
        set { age = Double(newValue) * 86_400 }
    }
}
