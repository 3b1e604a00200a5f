extension RunStore {
    /// Forgets the runs that ended longest ago, until the limits hold, and gives the room back to
    /// the disk. A run that has not ended is never touched. Gives the ids of those that are gone.
    @discardableResult
    public func trim(_ limits: RunLimits) throws(RunStoreError) -> [RunID] {
        let gone = try perform { connection, now throws(RunStoreError) in
            try connection.transaction { () throws(RunStoreError) in
                try connection.forget(beyond: limits, at: now)
            }
        }
        do throws(RunStoreError) {
            try perform { connection, _ throws(RunStoreError) in try connection.compact() }
        } catch .diskFull {
            // The log has no room to move pages in: another time.
        }
        return gone
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

    func forget(beyond limits: RunLimits, at now: Double) throws(RunStoreError) -> [RunID] {
        var (runs, bytes) = try total("true")
        var gone: [(number: Int, id: RunID)] = []
        try each("SELECT \(Run.columns) FROM runs WHERE ended IS NOT NULL ORDER BY ended, id") {
            (row) throws(RunStoreError) in
            let run = try Run(row)
            let isOld = now - (run.ended ?? now) > limits.age
            guard isOld || runs > limits.runs || bytes > limits.bytes else { return false }
            runs -= 1
            bytes -= run.sizes.total
            gone.append((row.integer(0), run.id))
            return true
        }
        for (number, _) in gone { try delete(number) }
        return gone.map(\.id)
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
        let sizes =
            "request_bytes + extension_bytes + checkpoint_bytes + result_bytes + event_bytes"
        return try first("SELECT count(*), total(\(sizes)) FROM runs WHERE \(condition)") { row in
            (row.integer(0), row.integer(1))
        } ?? (0, 0)
    }
}
