extension RunStore {
    /// Forgets the runs that ended longest ago, until the limits hold, and gives the room back to
    /// the disk. A run that has not ended is never touched, nor is `spared`, which has just ended.
    /// Gives the ids of those that are gone.
    @discardableResult
    public func trim(
        _ limits: RunLimits, sparing spared: RunID? = nil
    ) throws(RunStoreError) -> [RunID] {
        let gone = try makingRoom { connection, now throws(RunStoreError) in
            try connection.transaction { () throws(RunStoreError) in
                try connection.forget(beyond: limits, sparing: spared, at: now)
            }
        }
        do throws(RunStoreError) {
            try perform { connection, _ throws(RunStoreError) in
                try connection.compact()
                folder?.reserve.take()
            }
        } catch .diskFull {
            // The log has no room to move pages in: another time.
        }
        return gone
    }

    /// Does what makes room: where the disk is full, with what is held back for it.
    func makingRoom<Value>(
        _ body: (Connection, Double) throws(RunStoreError) -> Value
    ) throws(RunStoreError) -> Value {
        try perform { connection, now throws(RunStoreError) in
            do throws(RunStoreError) {
                return try body(connection, now)
            } catch .diskFull {
                folder?.reserve.release()
                defer { folder?.reserve.take() }
                // At the log's end first: moving what it holds into the file may take all the room.
                let value: Value
                do throws(RunStoreError) {
                    value = try body(connection, now)
                } catch .diskFull {
                    try? connection.emptyLog()
                    value = try body(connection, now)
                }
                try? connection.compact()
                return value
            }
        }
    }
}

extension Connection {
    /// Forgets as many runs that have ended as a new one of so many bytes needs.
    func makeRoom(
        for bytes: Int, within limits: RunLimits, at now: Double
    ) throws(RunStoreError) {
        let (runs, size) = try total("state IN ('queued', 'running')")
        guard runs < limits.runs, size <= limits.bytes - bytes else {
            throw .full(runs: runs, bytes: size)
        }
        var rest = limits
        rest.runs -= 1
        rest.bytes -= bytes
        _ = try forget(beyond: rest, at: now)
    }

    func forget(
        beyond limits: RunLimits, sparing spared: RunID? = nil, at now: Double
    ) throws(RunStoreError) -> [RunID] {
        var (runs, bytes) = try total("true")
        var gone: [(number: Int, id: RunID?)] = []
        // A damaged row goes like any other, so no more is read of one than is needed. One that by
        // itself takes most of what may be kept, as the limit was once higher, goes before others
        // would go for it.
        let most = limits.bytes / 2
        let isLarge = bytes > limits.bytes ? "\(Self.size) > \(most)" : "false"
        try each(
            """
            SELECT number, id, ended, \(Self.size), \(isLarge) AS large FROM runs
            WHERE ended IS NOT NULL AND id IS NOT ? ORDER BY large DESC, ended, id
            """, [.text(spared?.description)]
        ) { row in
            let isOld = now - row.real(2) > limits.age
            guard isOld || runs > limits.runs || bytes > limits.bytes else {
                return row.integer(4) != 0
            }
            runs -= 1
            bytes &-= row.integer(3)  // Of a damaged row it may be anything.
            gone.append((row.integer(0), RunID(row.text(1))))
            return true
        }
        for (number, _) in gone { try delete(number) }
        return gone.compactMap(\.id)
    }

    func delete(_ number: Int) throws(RunStoreError) {
        // Its events and pieces go with it.
        try run("DELETE FROM runs WHERE number = ?", [.integer(number)])
    }

    /// Moves the pages at the end of the file to where there are free ones, and cuts it off.
    ///
    /// With FULL SQLite does so at each commit, which would make each one longer, and a commit that
    /// deletes would fail where a full disk leaves no room to move. `incremental_vacuum` looks
    /// through all free pages for each one that it gives back: 300 MB took it 5 s, this 0.2 s.
    fileprivate func compact() throws(RunStoreError) {
        guard try number("PRAGMA freelist_count") > 0 else { return }
        defer { try? script("PRAGMA auto_vacuum = INCREMENTAL") }
        try script("PRAGMA auto_vacuum = FULL")
        // The file itself is cut off when the log is moved into it.
        try emptyLog()
    }

    private func total(_ condition: String) throws(RunStoreError) -> (runs: Int, bytes: Int) {
        try first("SELECT count(*), total(\(Self.size)) FROM runs WHERE \(condition)") { row in
            (row.integer(0), row.integer(1))
        } ?? (0, 0)
    }

    private static let size =
        "(request_bytes + extension_bytes + checkpoint_bytes + result_bytes + event_bytes)"
}
