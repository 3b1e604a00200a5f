/// How long a call may take and how much it may bring.
public struct ClientLimits: Sendable {
    /// For the connection to stand.
    public var connectTime = Duration.seconds(10)
    /// For the whole call, connecting included. A training may compute for minutes.
    public var callTime = Duration.seconds(600)
    /// The longest body of an answer that is taken.
    public var answerBytes = 1 << 30

    /// The defaults.
    public init() {}
}
