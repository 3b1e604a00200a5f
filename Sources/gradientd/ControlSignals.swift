import Glibc
import GradientService

/// What a running server is told by signals: SIGHUP to read its tokens again, SIGUSR1 to log more,
/// SIGUSR2 to log less.
struct ControlSignals {
    private let events: SignalEvents

    init(tokens: TokenSource, gate: ServiceGate, log: Log) {
        events = SignalEvents([SIGHUP, SIGUSR1, SIGUSR2]) { number, count in
            switch number {
            case SIGUSR1: log.change(by: Int(count))
            case SIGUSR2: log.change(by: -Int(count))
            default: Self.reload(tokens, gate, log)
            }
        }
    }

    /// Tokens that cannot be read change nothing: nobody is let in by a mistake, nor shut out.
    private static func reload(_ source: TokenSource, _ gate: ServiceGate, _ log: Log) {
        do throws(TokenSource.Failure) {
            let tokens = try source.load()
            gate.replaceTokens(tokens)
            log.tell(.warn, "tokens_reloaded", ["tokens": .number(tokens?.count ?? 0)])
        } catch {
            log.tell(.error, "tokens_not_reloaded", ["reason": .string(error.reason)])
        }
    }
}
