import Glibc
import GradientService
import HTTP
import Machine
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
        /// Empty for where an installation has it, if it has.
        var swaggerUIFolder = ""
        var http = HTTPLimits()
        var limits = ServiceLimits()
        var trainings = TrainingsSettings()
        /// Empty for none.
        var tokenFile = ""
        var allowedHosts: [String] = []
        var origins: [String] = []
        /// Who may call; the tokens, hosts and origins above are put in at the start.
        var access = AccessSettings()
        var logFormat = LogFormat.text
        var logLevel = LogLevel.info
        /// Between the word that no more is taken and the end of listening.
        var drainDelay = Duration.zero
    }

    let name = "serve"
    let operands = ""
    let summary = "listen for requests over HTTP and answer them"
    let notes = """
        The first line on standard output tells the address once the server listens.
        SIGTERM and SIGINT end it when the requests at work are answered; a second one ends it at once.
        SIGHUP has it read the tokens again, SIGUSR1 log more, SIGUSR2 log less.
        Tokens may also stand in GRADIENTD_TOKEN, or in GRADIENTD_TOKENS with commas between them.
        Exit status: 0 after such an end, 1 if it cannot listen.
        """
    let defaults = Settings(memory: Machine.memory)
    let options = access + limits + running

    private static let access: [Option<Settings>] = [
        .text("host", \.host, "ADDRESS", "address to listen on"),
        .integer("port", \.port, in: 0...65535, "PORT", "port to listen on; 0 takes a free one"),
        .flag(
            "allow-anonymous", \.allowAnonymous,
            "listen beyond this machine although anyone may call"),
        .text(
            "token-file", \.tokenFile, "FILE",
            "the tokens that let a caller in, one a line; # begins a comment"),
        .list(
            "allowed-host", \.allowedHosts, "NAME",
            "a name under which the service is asked, beside those of loopback; may be repeated",
            expected: "the name of a host, without a port", isValid: AllowedHosts.isName),
        .list(
            "cors-origin", \.origins, "ORIGIN",
            "an origin whose pages may call, such as https://example.org; may be repeated",
            expected: "an origin, such as https://example.org", isValid: CrossOrigin.isOrigin),
        .integer(
            "rate", \.access.requestsPerSecond, in: 0...1_000_000, "N",
            "requests a second of one token, or of one address without; 0 for no limit"),
        .integer(
            "burst", \.access.burst, in: 0...1_000_000, "N",
            "requests at once after a pause, with --rate; 0 for twice the rate"),
        .integer(
            "per-token", \.access.atOnce, in: 0...65536, "N",
            "requests of one token, or of one address without, at a time; 0 for no limit"),
    ]

    private static let running: [Option<Settings>] = [
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
        .text(
            "swagger-ui", \.swaggerUIFolder, "FOLDER",
            "Swagger UI for /docs, as Scripts/install-swagger-ui.sh installs it; "
                + "by default \(SwaggerUIFolder.description)"),
        .seconds("drain-seconds", \.drainTime, "time that answers get to finish at the end"),
        .seconds(
            "drain-training-seconds", \.trainings.drainTime,
            "the part of it that trainings get whose callers wait; then a stream ends with a checkpoint"
        ),
        .seconds(
            "drain-delay", \.drainDelay, from: 0,
            "time at the end in which it still listens, but /readyz says no"),
        .word("log-format", \.logFormat, "text|json", "how the log on standard error is written"),
        .word(
            "log-level", \.logLevel, "error|warn|info|debug", "how much of it: info has requests"),
    ]

    func run(_ settings: Settings, operands: [String]) throws(UsageError) -> ExitStatus {
        guard operands.isEmpty else { throw UsageError("takes no operands") }
        let tokens = TokenSource(path: settings.tokenFile)
        let access = try access(settings, tokens)
        guard settings.allowAnonymous || access.tokens != nil || isLoopback(settings.host) else {
            throw UsageError(
                "\(settings.host) can be reached from beyond this machine, where anyone could call; "
                    + "give it a --token-file, or say --allow-anonymous if that is meant")
        }
        signal(SIGPIPE, SIG_IGN)  // A reader of the log that goes away must not end the service.
        raiseOpenFileLimit()
        let lines = LogBuffer(format: settings.logFormat) { write($0, to: .error) }
        let log = Log(level: settings.logLevel, format: settings.logFormat) { lines.append($0) }
        let swaggerUI: SwaggerUI?
        do throws(SwaggerUI.Missing) {
            swaggerUI = try SwaggerUIFolder.find(settings.swaggerUIFolder)
        } catch {
            write("\(program): --swagger-ui: there is no \(error.path)\n", to: .error)
            return .failure
        }
        guard let trainings = trainings(settings, log) else { return .failure }
        return RunningServer(
            settings, access: access, tokens: tokens, trainings: trainings, swaggerUI: swaggerUI,
            log: log, lines: lines
        ).run()
    }

    /// Who may call, from the options that tell of it.
    private func access(
        _ settings: Settings, _ tokens: TokenSource
    ) throws(UsageError) -> AccessSettings {
        var access = settings.access
        do throws(TokenSource.Failure) {
            access.tokens = try tokens.load()
        } catch {
            throw UsageError(error.reason)
        }
        let isLocal = isLoopback(settings.host)
        if isLocal || !settings.allowedHosts.isEmpty {
            access.hosts = AllowedHosts(names: settings.allowedHosts, isLoopbackOnly: isLocal)
        }
        access.origins = CrossOrigin(origins: settings.origins)
        return access
    }

    /// The trainings, which go on with those of before; nil where the folder that was asked for
    /// cannot be used, which is told.
    private func trainings(_ settings: Settings, _ log: Log) -> Trainings? {
        let store: Result<RunStore, RunStoreError>
        switch settings.dataFolder {
        case ":memory:":
            store = Result { () throws(RunStoreError) in try RunStore(at: .memory) }
        case "":
            store = StateFolder.store()
            // Nobody asked for this folder, and all but detached trainings goes without it.
            if case .failure(let error) = store {
                log.tell(
                    .warn, "no_detached_trainings",
                    [
                        "folder": .string(StateFolder.path), "reason": .string(error.description),
                    ])
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
        return Trainings(store: store, settings: settings.trainings, limits: settings.limits)
    }
}

extension RunLimits {
    fileprivate var days: Int {
        get { Int(age / 86_400) }
        set { age = Double(newValue) * 86_400 }
    }
}
