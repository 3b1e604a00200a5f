import CSQLite

/// A database that is open, for one thread at a time. With `Statement` all that calls SQLite.
final class Connection {
    private let database: OpaquePointer
    private var statements: [String: Statement] = [:]

    /// Opens the file, or makes it. `waiting` is how long it waits for another to let go of it.
    init(path: String, waiting milliseconds: Int32 = 1000) throws(RunStoreError) {
        var database: OpaquePointer?
        // Whoever holds the connection sees to it that there is one caller at a time.
        let flags =
            SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
        let code = sqlite3_open_v2(path, &database, flags, nil)
        guard code == SQLITE_OK, let database else {
            let error = RunStoreError(code, of: database)
            sqlite3_close_v2(database)
            throw error
        }
        self.database = database
        sqlite3_busy_timeout(database, milliseconds)
        _ = csqlite_set_defensive(database)
        // SQLite falls back to reading only where it may not write.
        guard sqlite3_db_readonly(database, "main") == 0 else { throw .readOnly }
    }

    deinit {
        statements = [:]
        sqlite3_close_v2(database)
    }

    /// Runs a statement and hands over each row, until `visit` gives false.
    func each(
        _ sql: String, _ values: [SQLValue] = [], _ visit: (Row) throws(RunStoreError) -> Bool
    ) throws(RunStoreError) {
        try statement(sql).each(values, visit)
    }

    func run(_ sql: String, _ values: [SQLValue] = []) throws(RunStoreError) {
        try each(sql, values) { _ in true }
    }

    func rows<Value>(
        _ sql: String, _ values: [SQLValue] = [], _ read: (Row) throws(RunStoreError) -> Value
    ) throws(RunStoreError) -> [Value] {
        var all: [Value] = []
        try each(sql, values) { (row) throws(RunStoreError) in
            all.append(try read(row))
            return true
        }
        return all
    }

    func first<Value>(
        _ sql: String, _ values: [SQLValue] = [], _ read: (Row) throws(RunStoreError) -> Value
    ) throws(RunStoreError) -> Value? {
        var first: Value?
        try each(sql, values) { (row) throws(RunStoreError) in
            first = try read(row)
            return false
        }
        return first
    }

    /// The number that a statement gives: 0 where it gives none.
    func number(_ sql: String, _ values: [SQLValue] = []) throws(RunStoreError) -> Int {
        try first(sql, values) { $0.integer(0) } ?? 0
    }

    /// How many rows the last statement has changed.
    var changes: Int { Int(sqlite3_changes64(database)) }

    /// Runs statements that stand one after the other and are not needed again.
    func script(_ sql: String) throws(RunStoreError) {
        let code = sqlite3_exec(database, sql, nil, nil, nil)
        guard code == SQLITE_OK else { throw RunStoreError(code, of: database) }
    }

    /// All that the body writes is stored when this returns, or nothing is.
    func transaction<Result>(
        _ body: () throws(RunStoreError) -> Result
    ) throws(RunStoreError) -> Result {
        try run("BEGIN IMMEDIATE")
        do throws(RunStoreError) {
            let result = try body()
            try run("COMMIT")
            return result
        } catch {
            // SQLite itself has rolled back after some errors.
            if sqlite3_get_autocommit(database) == 0 { try? run("ROLLBACK") }
            throw error
        }
    }

    /// Moves what the log holds into the file. The log keeps its room, unless told otherwise: on a
    /// full disk that is what lets one write that something is gone.
    func emptyLog(truncating: Bool = false) throws(RunStoreError) {
        let mode = truncating ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_RESTART
        let code = sqlite3_wal_checkpoint_v2(database, nil, mode, nil, nil)
        guard code == SQLITE_OK else { throw RunStoreError(code, of: database) }
    }

    private func statement(_ sql: String) throws(RunStoreError) -> Statement {
        if let known = statements[sql] { return known }
        let new = try Statement(sql, on: database)
        statements[sql] = new
        return new
    }
}
