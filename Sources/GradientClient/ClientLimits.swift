/// How long a call may take and how much it may bring.
public struct ClientLimits: Sendable {
    /// For the connection to stand.
    public var connectTime = Duration.seconds(10)
    /// For the whole call, connecting included. A training may compute for minutes. A stream may
    /// go on for longer.
    public var callTime = Duration.seconds(600)
    /// For a stream to be silent: the service's have heartbeats every 15 seconds.
    public var silenceTime = Duration.seconds(60)
    /// The longest body of an answer that is taken; for streams there is no limit.
    public var answerBytes = 1 << 30

    /// The defaults.
    public init() {}
}
