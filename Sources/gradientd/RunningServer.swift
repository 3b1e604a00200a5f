import Dispatch
import Glibc
import GradientService
import HTTP

/// A server from its start to its end, with what watches over it.
struct RunningServer {
    private let settings: Serve.Settings
    private let tokens: TokenSource
    private let trainings: Trainings
    private let gate: ServiceGate
    private let lines: LogBuffer
    private let operation: Operation
    private let server: HTTPServer
    private let manager = ServiceManager()

    init(
        _ settings: Serve.Settings, access: AccessSettings, tokens: TokenSource,
        trainings: Trainings, swaggerUI: SwaggerUI?, log: Log, lines: LogBuffer
    ) {
        self.settings = settings
        self.tokens = tokens
        self.trainings = trainings
        let operation = Operation(log: log, droppedLines: { lines.dropped })
        self.lines = lines
        self.operation = operation
        gate = ServiceGate(access)
        server = HTTPServer(
            host: settings.host, port: UInt16(settings.port), limits: settings.http,
            responder: GradientService(
                limits: settings.limits, http: settings.http, trainings: trainings,
                swaggerUI: swaggerUI, access: access, operation: operation),
            gate: gate, counters: operation.counters, log: { operation.note($0) })
    }

    /// Listens until a signal ends it; gives back why it cannot.
    func run() -> ExitStatus {
        operation.readiness.watch(trainings)
        let signals = TerminationSignals { [self] in Task { await end() } }
        let controls = ControlSignals(tokens: tokens, gate: gate, log: operation.log)
        let port: UInt16
        do throws(SocketError) {
            port = try server.start()
        } catch {
            lines.flush()
            write("\(program): \(error)\n", to: .error)
            return .failure
        }
        let address = "http://\(authority(settings.host, Int(port)))"
        operation.log.tell(.info, "listening", ["address": .string(address)])
        write("\(program): listening on \(address)\n", to: .output)
        manager?.tell("READY=1")
        let watchdog = manager?.watch { server.whenResponsive(then: $0) }
        withExtendedLifetime((controls, watchdog)) { signals.wait() }
    }

    private func end() async {
        operation.readiness.drain()
        operation.log.tell(.info, "draining", [:])
        manager?.tell("STOPPING=1")
        if settings.drainDelay > .zero { try? await Task.sleep(for: settings.drainDelay) }
        trainings.drain()
        await server.drain(within: settings.drainTime)
        trainings.suspend()
        operation.log.tell(.info, "stopped", [:])
        lines.flush()
        exit(ExitStatus.success.rawValue)
    }
}
