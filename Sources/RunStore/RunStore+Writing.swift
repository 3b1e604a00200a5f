extension RunStore {
    /// Stores a new run, queued. With a key that is known it gives the run of that key, if the
    /// digests are the same. Where the limits want it, runs that have ended are forgotten.
    public func create(
        request: [UInt8], summary: [UInt8] = [], key: IdempotencyKey? = nil, digest: [UInt8] = [],
        progress: RunProgress = RunProgress(), limits: RunLimits
    ) throws(RunStoreError) -> (run: Run, isNew: Bool) {
        try Self.check(summary, "summary", limit: Self.summaryLimit)
        try Self.check(digest, "digest", limit: 1024)
        try Self.check(request, "request", limit: limits.bytesOfRun)
        return try perform { connection, now throws(RunStoreError) in
            try connection.transaction { () throws(RunStoreError) in
                if let key, let known = try connection.run(withKey: key) {
                    guard known.digest == digest else { throw .keyInUse(by: known.id) }
                    return (known, false)
                }
                try connection.makeRoom(for: request.count, within: limits, at: now)
                var run = Run(
                    id: self.nextID(at: now), state: .queued, created: now, progress: progress,
                    summary: summary, key: key, digest: digest, sizes: RunSizes(), events: 0)
                run.sizes.request = request.count
                let number = try connection.insert(run)
                try connection.replace(.request, of: number, with: request)
                try connection.update(number, to: run)
                return (run, true)
            }
        }
    }

    /// Stores what has happened to a run, in one transaction, and gives each event's id: nil for
    /// one of an epoch that was told of before. Refused for a run that has ended, and for one that
    /// would then take more than `limit` bytes.
    @discardableResult
    public func commit(
        _ change: RunChange, to id: RunID, limit: Int = .max
    ) throws(RunStoreError) -> [Int?] {
        for event in change.events {
            try Self.check(event.bytes, "event", limit: Self.eventLimit)
        }
        try Self.check(change.summary ?? [], "summary", limit: Self.summaryLimit)
        return try perform { connection, now throws(RunStoreError) in
            try connection.transaction { () throws(RunStoreError) in
                var (number, run) = try connection.find(id)
                guard !run.state.hasEnded else { throw .ended(run.state) }
                var ids: [Int?] = []
                for event in change.events {
                    ids.append(try connection.append(event, to: &run, number))
                }
                if let checkpoint = change.checkpoint {
                    try connection.replace(.checkpoint, of: number, with: checkpoint)
                    run.sizes.checkpoint = checkpoint.count
                }
                if let result = change.result {
                    try connection.replace(.result, of: number, with: result)
                    run.sizes.result = result.count
                }
                guard run.sizes.total <= limit else {
                    throw .runTooLarge(bytes: run.sizes.total, limit: limit)
                }
                run.progress = change.progress ?? run.progress
                run.summary = change.summary ?? run.summary
                if let state = change.state { run.enter(state, at: now) }
                try connection.update(number, to: run)
                return ids
            }
        }
    }

    /// Queues a run that has ended once more, for `epochs` epochs in all. Its result is forgotten,
    /// its checkpoint and its events stay. `extension` is kept beside the request.
    @discardableResult
    public func resume(
        _ id: RunID, epochs: Int, summary: [UInt8]? = nil, extension: [UInt8]? = nil
    ) throws(RunStoreError) -> Run {
        try Self.check(summary ?? [], "summary", limit: Self.summaryLimit)
        return try perform { connection, now throws(RunStoreError) in
            try connection.transaction { () throws(RunStoreError) in
                var (number, run) = try connection.find(id)
                guard run.state.hasEnded else { throw .notEnded(run.state) }
                run.enter(.queued, at: now)
                run.progress.epochs = epochs
                run.summary = summary ?? run.summary
                try connection.replace(.result, of: number, with: nil)
                run.sizes.result = 0
                if let `extension` {
                    try connection.replace(.extension, of: number, with: `extension`)
                    run.sizes.extension = `extension`.count
                }
                try connection.update(number, to: run)
                return run
            }
        }
    }

    /// Forgets a run, whatever its state, and also one that cannot be read.
    public func delete(_ id: RunID) throws(RunStoreError) {
        try makingRoom { connection, _ throws(RunStoreError) in
            try connection.transaction { () throws(RunStoreError) in
                let number = try connection.first(
                    "SELECT number FROM runs WHERE id = ?", [.text(id.description)]
                ) { $0.integer(0) }
                guard let number else { throw .unknownRun }
                try connection.delete(number)
            }
        }
    }

    private static func check(
        _ bytes: [UInt8], _ part: String, limit: Int
    ) throws(RunStoreError) {
        guard bytes.count <= limit else {
            throw .tooLarge(part: part, bytes: bytes.count, limit: limit)
        }
    }
}

extension Run {
    fileprivate mutating func enter(_ state: RunState, at now: Double) {
        self.state = state
        if state == .running { started = started ?? now }
        ended = state.hasEnded ? now : nil
    }
}

extension Connection {
    fileprivate func run(withKey key: IdempotencyKey) throws(RunStoreError) -> Run? {
        try first("SELECT \(Run.columns) FROM runs WHERE key = ?", [.text(key.description)]) {
            (row) throws(RunStoreError) in try Run(row)
        }
    }

    /// Appends an event and gives its id, or nil if its epoch was told of.
    fileprivate func append(
        _ event: RunEvent, to run: inout Run, _ number: Int
    ) throws(RunStoreError) -> Int? {
        try self.run(
            """
            INSERT INTO events (run, id, kind, epoch, bytes) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (run, epoch, kind) WHERE epoch IS NOT NULL DO NOTHING
            """,
            [
                .integer(number), .integer(run.events + 1), .text(event.kind),
                .integer(event.epoch), .blob(event.bytes),
            ])
        guard changes == 1 else { return nil }
        run.events += 1
        run.sizes.events += event.bytes.count
        return run.events
    }
}
