import Dispatch
import Glibc

/// Keeps detached trainings in one SQLite file: what was asked for, how far it has come, what it
/// has told, its checkpoint and its result.
///
/// To the store all of these are bytes. A call returns when what it has written would survive a
/// power cut. Any thread may call; the calls take turns.
// `connection`, `folder` and `lastID` are touched on `turns` only, whence `@unchecked Sendable`. A
// queue and not a `Mutex`, whose locking on Linux the thread sanitizer cannot see.
public final class RunStore: @unchecked Sendable {
    public enum Location: Sendable, Equatable {
        /// Made where it is missing, in a folder that is there. One store holds it at a time.
        case folder(String)
        /// Forgotten when the store is closed.
        case memory
    }

    /// The longest event and the longest summary, in bytes. Other parts have no limit of their own.
    public static let eventLimit = 16 << 20
    public static let summaryLimit = 64 << 10

    private let turns = DispatchQueue(label: "runs.store")
    private let clock: @Sendable () -> Double
    private(set) var folder: StoreFolder?
    private var connection: Connection?
    private var lastID: RunID?

    /// `clock` gives seconds since 1970.
    public init(
        at location: Location, clock: @escaping @Sendable () -> Double = RunStore.systemClock
    ) throws(RunStoreError) {
        self.clock = clock
        let connection: Connection
        var pages = 1000
        switch location {
        case .folder(let path):
            let folder = try StoreFolder(path)
            connection = try Connection(path: folder.database)
            self.folder = folder
            // No more than the reserve can be waiting to be moved into the file.
            pages = min(max(folder.reserve.size / 2 / 4096, 16), 1000)
        case .memory: connection = try Connection(path: ":memory:")
        }
        try Schema.open(connection)
        try connection.script("PRAGMA wal_autocheckpoint = \(pages)")
        lastID = try connection.first("SELECT max(id) FROM runs") { $0.optionalText(0) }
            .flatMap { $0.flatMap { RunID($0) } }
        self.connection = connection
    }

    deinit {
        connection = nil  // Before the folder is let go.
    }

    /// Ends the store's hold of its folder, with everything in one file. Calls that come later are
    /// refused. Does nothing when it is closed already.
    public func close() throws(RunStoreError) {
        try withResult {
            defer {
                self.connection = nil
                self.folder = nil
            }
            return Result { () throws(RunStoreError) in
                try self.connection?.emptyLog(truncating: true)
            }
        }
    }

    /// What is wrong with the file: nothing, or a sentence each. Reads all of it.
    public func integrityCheck() throws(RunStoreError) -> [String] {
        try perform { connection, _ throws(RunStoreError) in
            let found = try connection.rows("PRAGMA integrity_check") { $0.text(0) }
            let orphans = try connection.rows("PRAGMA foreign_key_check") { row in
                "\(row.text(0)): row \(row.integer(1)) is of no run"
            }
            let gaps = try connection.rows(
                """
                SELECT id FROM runs WHERE events !=
                    (SELECT count(*) FROM events WHERE run = number AND id BETWEEN 1 AND runs.events)
                """
            ) { "run \($0.text(0)) has gaps in its events" }
            return found.filter { $0 != "ok" } + orphans + gaps
        }
    }

    public static let systemClock: @Sendable () -> Double = {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// Runs the body when it is this call's turn, with the time.
    func perform<Value>(
        _ body: (Connection, Double) throws(RunStoreError) -> Value
    ) throws(RunStoreError) -> Value {
        try withResult {
            guard let connection = self.connection else { return .failure(.closed) }
            return Result { () throws(RunStoreError) in try body(connection, self.clock()) }
        }
    }

    /// The id of a new run. Only while it is the caller's turn.
    func nextID(at time: Double) -> RunID {
        let id = RunID(at: time, after: lastID)
        lastID = id
        return id
    }

    // `sync` passes errors on without their type.
    private func withResult<Value>(
        _ body: () -> Result<Value, RunStoreError>
    ) throws(RunStoreError) -> Value {
        try turns.sync(execute: body).get()
    }
}
