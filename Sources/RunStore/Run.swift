/// A detached training as the store knows it: everything but its large parts and its events.
public struct Run: Sendable, Equatable {
    public let id: RunID
    public internal(set) var state: RunState
    /// Times are seconds since 1970.
    public let created: Double
    /// When it first ran; nil while it never did.
    public internal(set) var started: Double?
    /// When it ended; nil while it has not, and again after a resumption.
    public internal(set) var ended: Double?
    public internal(set) var progress: RunProgress
    /// What the service wants at hand for a list of runs: small bytes of its own.
    public internal(set) var summary: [UInt8]
    public let key: IdempotencyKey?
    /// The digest of the request, which tells whether a key comes with the same request again.
    public let digest: [UInt8]
    public internal(set) var sizes: RunSizes
    /// How many events are stored, which is also the id of the last one.
    public internal(set) var events: Int
}

public enum RunState: String, Sendable, CaseIterable {
    case queued, running, done, failed, cancelled

    /// Whether nothing happens to such a run any more, unless it is resumed.
    public var hasEnded: Bool {
        switch self {
        case .queued, .running: false
        case .done, .failed, .cancelled: true
        }
    }
}

/// How far a training has come.
public struct RunProgress: Sendable, Equatable {
    /// How many epochs are done, of how many in all.
    public var epoch: Int
    public var epochs: Int
    public var step: Int

    public init(epoch: Int = 0, epochs: Int = 0, step: Int = 0) {
        self.epoch = epoch
        self.epochs = epochs
        self.step = step
    }
}

/// How many bytes the parts of a run take.
public struct RunSizes: Sendable, Equatable {
    public internal(set) var request = 0
    public internal(set) var `extension` = 0
    public internal(set) var checkpoint = 0
    public internal(set) var result = 0
    public internal(set) var events = 0

    public var total: Int { request + `extension` + checkpoint + result + events }
}

/// Some of the runs, the newest first.
public struct RunPage: Sendable, Equatable {
    public let runs: [Run]
    /// Where the next page begins, if there is more.
    public let next: RunID?
    /// How many there are besides whose rows are damaged.
    public let unreadable: Int
}
