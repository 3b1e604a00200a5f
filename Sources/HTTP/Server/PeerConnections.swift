import Dispatch

/// Lets each peer, an address or of IPv6 the network that one customer has, hold so many connections
/// at a time.
///
/// A connection too many is answered: 503 with `Retry-After`, before any of it is read. A client that
/// is only closed on takes that for a fault of the network and comes again at once, and its user is
/// told nothing. So that the answers are no way around the limit, a peer has no more connections that
/// wait for their refusals to be read than it may have others; what comes beyond is closed at once.
// `counts` is touched on `turns` only, whence `@unchecked Sendable`. A queue and not a `Mutex`, whose
// locking on Linux the thread sanitizer cannot see.
final class PeerConnections: @unchecked Sendable {
    /// What becomes of a connection.
    enum Place {
        case served
        case refused
        case closed
    }

    private struct Count {
        var served = 0
        var refused = 0
    }

    private let limit: Int
    private let turns = DispatchQueue(label: "http.peers")
    private var counts: [String: Count] = [:]

    /// 0 is no limit.
    init(limit: Int) { self.limit = limit }

    /// Counts a connection that begins, unless it is to be closed.
    func enter(_ address: String) -> Place {
        guard limit > 0 else { return .served }
        let peer = PeerAddress.network(of: address)
        return turns.sync {
            var count = counts[peer] ?? Count()
            defer { counts[peer] = count }
            if count.served < limit {
                count.served += 1
                return .served
            }
            guard count.refused < limit else { return .closed }
            count.refused += 1
            return .refused
        }
    }

    /// It is over.
    func leave(_ address: String, _ place: Place) {
        guard limit > 0 else { return }
        let peer = PeerAddress.network(of: address)
        turns.sync {
            guard var count = counts[peer] else { return }
            switch place {
            case .served: count.served -= 1
            case .refused: count.refused -= 1
            case .closed: return
            }
            counts[peer] = count.served + count.refused > 0 ? count : nil
            counts.giveBackRoom()
        }
    }
}
