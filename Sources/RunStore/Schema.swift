/// The tables, and the settings that each connection needs.
enum Schema {
    static let version = 1
    /// "grad" in ASCII, by which the file is known to be ours.
    private static let application = 0x6772_6164

    /// Makes ready a file that is new, or one that this program has written.
    static func open(_ connection: Connection) throws(RunStoreError) {
        try connection.script(settings)
        let isNew = try check(connection)
        // Before the log: only a file without pages takes it. See `compact`.
        if isNew { try connection.script("PRAGMA auto_vacuum = INCREMENTAL") }
        try connection.script(log)
        guard isNew else { return }
        try connection.transaction { () throws(RunStoreError) in
            try connection.script(tables)
            try connection.script("PRAGMA application_id = \(application)")
            try connection.script("PRAGMA user_version = \(version)")
        }
    }

    /// Whether the file is without content; throws for one that is not of this program.
    private static func check(_ connection: Connection) throws(RunStoreError) -> Bool {
        let application = try connection.number("PRAGMA application_id")
        let version = try connection.number("PRAGMA user_version")
        let isEmpty = try connection.number("SELECT count(*) FROM sqlite_schema") == 0
        if isEmpty, application == 0, version == 0 { return true }
        guard application == Self.application else { throw .foreign }
        guard version <= Self.version else {
            throw .newer(version: version, known: Self.version)
        }
        return false
    }

    // EXCLUSIVE, and set before the log is first touched: its index then lies in this process's
    // memory. SQLite would otherwise map a file, and where the disk is full a page of that one
    // that cannot be had kills the process (SIGBUS). secure_delete is on in Debian, and would
    // write every byte of a checkpoint once more, as zeros.
    private static let settings = """
        PRAGMA locking_mode = EXCLUSIVE;
        PRAGMA mmap_size = 0;
        PRAGMA temp_store = MEMORY;
        PRAGMA foreign_keys = ON;
        PRAGMA secure_delete = FAST;
        PRAGMA cell_size_check = ON;
        PRAGMA trusted_schema = OFF;
        """

    // FULL: what is answered with 202 must survive a power cut. What a large checkpoint has made of
    // the log is given back when it has been moved into the file.
    private static let log = """
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = FULL;
        PRAGMA journal_size_limit = 8388608;
        """

    private static let tables = """
        CREATE TABLE runs (
            number INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            key TEXT UNIQUE,
            digest BLOB NOT NULL,
            state TEXT NOT NULL,
            created REAL NOT NULL,
            started REAL,
            ended REAL,
            epoch INTEGER NOT NULL,
            epochs INTEGER NOT NULL,
            step INTEGER NOT NULL,
            events INTEGER NOT NULL DEFAULT 0,
            request_bytes INTEGER NOT NULL DEFAULT 0,
            extension_bytes INTEGER NOT NULL DEFAULT 0,
            checkpoint_bytes INTEGER NOT NULL DEFAULT 0,
            result_bytes INTEGER NOT NULL DEFAULT 0,
            event_bytes INTEGER NOT NULL DEFAULT 0,
            summary BLOB NOT NULL
        ) STRICT;
        CREATE INDEX runs_ended ON runs (ended, id) WHERE ended IS NOT NULL;
        CREATE TABLE events (
            run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
            id INTEGER NOT NULL,
            kind TEXT NOT NULL,
            epoch INTEGER,
            bytes BLOB NOT NULL,
            UNIQUE (run, id)
        ) STRICT;
        CREATE UNIQUE INDEX events_epoch ON events (run, epoch, kind) WHERE epoch IS NOT NULL;
        CREATE TABLE chunks (
            run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
            part TEXT NOT NULL,
            position INTEGER NOT NULL,
            bytes BLOB NOT NULL,
            UNIQUE (run, part, position)
        ) STRICT;
        """
}
