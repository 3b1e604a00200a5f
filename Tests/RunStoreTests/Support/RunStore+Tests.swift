@testable import RunStore

extension RunLimits {
    /// What no test reaches.
    static let none = RunLimits(runs: .max, bytes: .max, age: .infinity)
}

extension RunStore {
    static func inMemory(_ clock: Clock = Clock()) throws(RunStoreError) -> RunStore {
        try RunStore(at: .memory) { clock.now }
    }

    /// A new run that differs from others in nothing but its id.
    @discardableResult
    func add(_ request: String = "{}", ending state: RunState? = nil) throws(RunStoreError) -> RunID
    {
        let id = try create(request: Array(request.utf8), limits: .none).run.id
        if let state { try commit(RunChange(state: state), to: id) }
        return id
    }
}

extension RunStore {
    /// How many rows a table has.
    func count(_ table: String) throws(RunStoreError) -> Int {
        try perform { connection, _ throws(RunStoreError) in
            try connection.number("SELECT count(*) FROM \(table)")
        }
    }

    func setting(_ name: String) throws(RunStoreError) -> String? {
        try perform { connection, _ throws(RunStoreError) in
            try connection.first("PRAGMA \(name)") { $0.text(0) }
        }
    }

    /// Runs SQL that no caller can.
    func script(_ sql: String) throws(RunStoreError) {
        try perform { connection, _ throws(RunStoreError) in try connection.script(sql) }
    }
}

extension RunEvent {
    static func epoch(_ epoch: Int) -> RunEvent {
        RunEvent(kind: "epoch", epoch: epoch, bytes: Array("epoch \(epoch)".utf8))
    }
}

extension StoredEvent {
    var text: String { String(decoding: bytes, as: UTF8.self) }
}
