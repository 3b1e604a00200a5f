extension RunStore {
    /// How many runs are in each state. Fails where the store can be read no more, or not written to.
    public func stateCounts() throws(RunStoreError) -> [RunState: Int] {
        try perform { connection, _ throws(RunStoreError) in
            // Nothing is changed; a store that takes no changes says so.
            try connection.transaction { () throws(RunStoreError) in }
            let rows = try connection.rows("SELECT state, count(*) FROM runs GROUP BY state") {
                (name: $0.text(0), count: $0.integer(1))
            }
            var counts: [RunState: Int] = [:]
            for row in rows { counts[RunState(rawValue: row.name) ?? .failed] = row.count }
            return counts
        }
    }
}
