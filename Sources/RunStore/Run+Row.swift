extension Run {
    /// The columns that `init(_:)` reads, in its order; the first is the run's number.
    static let columns = """
        number, id, state, created, started, ended, epoch, epochs, step, key, digest, events, \
        request_bytes, extension_bytes, checkpoint_bytes, result_bytes, event_bytes, summary
        """

    init(_ row: Row) throws(RunStoreError) {
        guard let id = RunID(row.text(1)), let state = RunState(rawValue: row.text(2)) else {
            throw .damaged("run \"\(row.text(1))\" is \"\(row.text(2))\"")
        }
        // Numbers are added to these.
        guard (11...16).allSatisfy({ (0..<1 << 50).contains(row.integer($0)) }) else {
            throw .damaged("run \(id) has sizes that cannot be")
        }
        self.init(
            id: id, state: state,
            created: row.real(3), started: row.optionalReal(4), ended: row.optionalReal(5),
            progress: RunProgress(
                epoch: row.integer(6), epochs: row.integer(7), step: row.integer(8)),
            summary: row.bytes(17),
            key: row.optionalText(9).flatMap { IdempotencyKey($0) }, digest: row.bytes(10),
            sizes: RunSizes(
                request: row.integer(12), extension: row.integer(13), checkpoint: row.integer(14),
                result: row.integer(15), events: row.integer(16)),
            events: row.integer(11))
    }
}

extension Run {
    /// Nil for a row that is damaged.
    init?(readable row: Row) {
        do throws(RunStoreError) { try self.init(row) } catch { return nil }
    }
}

extension Connection {
    /// The run and its number within the file.
    func find(_ id: RunID) throws(RunStoreError) -> (number: Int, run: Run) {
        let found = try first(
            "SELECT \(Run.columns) FROM runs WHERE id = ?", [.text(id.description)]
        ) { (row) throws(RunStoreError) in (row.integer(0), try Run(row)) }
        guard let found else { throw .unknownRun }
        return found
    }

    func insert(_ run: Run) throws(RunStoreError) -> Int {
        try self.run(
            """
            INSERT INTO runs (id, key, digest, state, created, epoch, epochs, step, summary)
            VALUES (?, ?, ?, ?, ?, 0, 0, 0, x'')
            """,
            [
                .text(run.id.description), .text(run.key?.description), .blob(run.digest),
                .text(run.state.rawValue), .real(run.created),
            ])
        return try number("SELECT last_insert_rowid()")
    }

    /// Stores all of it that changes.
    func update(_ number: Int, to run: Run) throws(RunStoreError) {
        try self.run(
            """
            UPDATE runs SET state = ?, started = ?, ended = ?, epoch = ?, epochs = ?, step = ?,
                events = ?, request_bytes = ?, extension_bytes = ?, checkpoint_bytes = ?,
                result_bytes = ?, event_bytes = ?, summary = ? WHERE number = ?
            """,
            [
                .text(run.state.rawValue), .real(run.started), .real(run.ended),
                .integer(run.progress.epoch), .integer(run.progress.epochs),
                .integer(run.progress.step), .integer(run.events), .integer(run.sizes.request),
                .integer(run.sizes.extension), .integer(run.sizes.checkpoint),
                .integer(run.sizes.result), .integer(run.sizes.events), .blob(run.summary),
                .integer(number),
            ])
    }
}
