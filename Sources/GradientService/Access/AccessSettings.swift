/// Who may call, from where and how often.
public struct AccessSettings: Sendable {
    /// Nil where anybody may call.
    public var tokens: BearerTokens?
    /// Nil where the service is asked under any name.
    public var hosts: AllowedHosts?
    public var origins = CrossOrigin()
    /// Requests of one caller a second, and at once after a pause; 0 for no limit, and for twice
    /// the rate.
    public var requestsPerSecond = 0
    public var burst = 0
    /// Requests of one caller at work at a time; 0 for no limit.
    public var atOnce = 0

    public init() {}

    /// The burst in force.
    var burstInForce: Int { burst > 0 ? burst : requestsPerSecond * 2 }
}
