import HTTP

/// Who asks, as far as limits tell callers apart.
enum Caller: Hashable, Sendable {
    /// Who has this one of the tokens.
    case token(Int)
    /// Who has no token: a network that one customer has.
    case peer(String)

    static func at(_ address: String) -> Caller { .peer(PeerAddress.network(of: address)) }
}
