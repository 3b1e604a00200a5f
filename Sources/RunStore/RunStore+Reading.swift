extension RunStore {
    public func run(_ id: RunID) throws(RunStoreError) -> Run {
        try perform { connection, _ throws(RunStoreError) in try connection.find(id).run }
    }

    /// Runs from the newest to the oldest, those that are older than `after`. What cannot be read of
    /// one does not keep the others from being listed.
    public func page(
        after: RunID? = nil, limit: Int, state: RunState? = nil
    ) throws(RunStoreError) -> RunPage {
        try perform { connection, _ throws(RunStoreError) in
            let limit = min(max(limit, 1), 1000)
            var rows = try connection.rows(
                """
                SELECT \(Run.columns) FROM runs
                WHERE (?1 IS NULL OR id < ?1) AND (?2 IS NULL OR state = ?2)
                ORDER BY id DESC LIMIT ?3
                """,
                [.text(after?.description), .text(state?.rawValue), .integer(limit + 1)]
            ) { (RunID($0.text(1)), Run(readable: $0)) }
            // One more than asked for tells whether there is more.
            let hasMore = rows.count > limit
            if hasMore { rows.removeLast() }
            let runs = rows.compactMap(\.1)
            return RunPage(
                runs: runs, next: hasMore ? rows.compactMap(\.0).last : nil,
                unreadable: rows.count - runs.count)
        }
    }

    /// The runs that are queued or running, from the oldest to the newest, those that can be read.
    public func unfinished() throws(RunStoreError) -> [Run] {
        try perform { connection, _ throws(RunStoreError) in
            try connection.rows(
                """
                SELECT \(Run.columns) FROM runs WHERE state IN ('queued', 'running') ORDER BY id
                """
            ) { Run(readable: $0) }.compactMap(\.self)
        }
    }

    public func request(of id: RunID) throws(RunStoreError) -> [UInt8] {
        try part(.request, of: id, size: \.request) ?? []
    }

    /// What the last resumption has put beside the request.
    public func `extension`(of id: RunID) throws(RunStoreError) -> [UInt8]? {
        try part(.extension, of: id, size: \.extension)
    }

    public func checkpoint(of id: RunID) throws(RunStoreError) -> [UInt8]? {
        try part(.checkpoint, of: id, size: \.checkpoint)
    }

    public func result(of id: RunID) throws(RunStoreError) -> [UInt8]? {
        try part(.result, of: id, size: \.result)
    }

    /// The events that follow the one with id `after`, in order: at most `limit`, and none after
    /// that with which they have `bytes` bytes. Empty only if there are none.
    public func events(
        of id: RunID, after: Int = 0, limit: Int = 1000, bytes: Int = 1 << 20
    ) throws(RunStoreError) -> [StoredEvent] {
        try perform { connection, _ throws(RunStoreError) in
            let (number, _) = try connection.find(id)
            var events: [StoredEvent] = []
            var size = 0
            try connection.each(
                "SELECT id, kind, bytes FROM events WHERE run = ? AND id > ? ORDER BY id LIMIT ?",
                [.integer(number), .integer(after), .integer(max(limit, 1))]
            ) { row in
                events.append(
                    StoredEvent(id: row.integer(0), kind: row.text(1), bytes: row.bytes(2)))
                size += row.size(2)
                return size < bytes
            }
            return events
        }
    }

    /// The newest events of a kind, in order: at most `limit`, and no more than have `bytes` bytes
    /// together, but for a single one. With them whether there are older ones.
    public func latest(
        _ kind: String, of id: RunID, limit: Int, bytes: Int
    ) throws(RunStoreError) -> (events: [RunEvent], isCut: Bool) {
        try perform { connection, _ throws(RunStoreError) in
            let (number, _) = try connection.find(id)
            var events: [RunEvent] = []
            var (size, isCut) = (0, false)
            try connection.each(
                "SELECT epoch, bytes FROM events WHERE run = ? AND kind = ? ORDER BY id DESC",
                [.integer(number), .text(kind)]
            ) { row in
                size += row.size(1)
                guard events.isEmpty || (events.count < limit && size <= bytes) else {
                    isCut = true
                    return false
                }
                events.append(
                    RunEvent(kind: kind, epoch: row.optionalInteger(0), bytes: row.bytes(1)))
                return true
            }
            return (events.reversed(), isCut)
        }
    }

    private func part(
        _ part: Part, of id: RunID, size: KeyPath<RunSizes, Int>
    ) throws(RunStoreError) -> [UInt8]? {
        try perform { connection, _ throws(RunStoreError) in
            let (number, run) = try connection.find(id)
            return try connection.bytes(of: part, of: number, size: run.sizes[keyPath: size])
        }
    }
}
