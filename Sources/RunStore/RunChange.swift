/// What happens to a run at one time: all of it is stored, or nothing.
public struct RunChange: Sendable, Equatable {
    /// Appended, but for those of an epoch that is stored already.
    public var events: [RunEvent]
    /// Takes the place of the checkpoint before.
    public var checkpoint: [UInt8]?
    public var progress: RunProgress?
    public var state: RunState?
    public var result: [UInt8]?
    public var summary: [UInt8]?

    public init(
        events: [RunEvent] = [], checkpoint: [UInt8]? = nil, progress: RunProgress? = nil,
        state: RunState? = nil, result: [UInt8]? = nil, summary: [UInt8]? = nil
    ) {
        self.events = events
        self.checkpoint = checkpoint
        self.progress = progress
        self.state = state
        self.result = result
        self.summary = summary
    }
}

/// Something to tell of a run.
public struct RunEvent: Sendable, Equatable {
    public var kind: String
    /// The epoch it tells of, if any. A run holds one event of a kind and an epoch: one that goes
    /// on from an older checkpoint does some epochs again, and must not tell of them again.
    public var epoch: Int?
    public var bytes: [UInt8]

    public init(kind: String, epoch: Int? = nil, bytes: [UInt8]) {
        self.kind = kind
        self.epoch = epoch
        self.bytes = bytes
    }
}

/// An event with its id: they count from 1 within a run, without gaps.
public struct StoredEvent: Sendable, Equatable {
    public let id: Int
    public let kind: String
    public let bytes: [UInt8]
}
