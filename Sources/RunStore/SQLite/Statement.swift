import CSQLite

/// What stands for a `?` in SQL.
enum SQLValue {
    case null
    case integer(Int)
    case real(Double)
    case text(String)
    case blob(ArraySlice<UInt8>)
}

extension SQLValue {
    static func blob(_ bytes: [UInt8]) -> SQLValue { .blob(bytes[...]) }
    static func integer(_ value: Int?) -> SQLValue { value.map { .integer($0) } ?? .null }
    static func real(_ value: Double?) -> SQLValue { value.map { .real($0) } ?? .null }
    static func text(_ value: String?) -> SQLValue { value.map { .text($0) } ?? .null }
}

/// A prepared statement, which is run many times.
final class Statement {
    private let database: OpaquePointer
    private let handle: OpaquePointer

    init(_ sql: String, on database: OpaquePointer) throws(RunStoreError) {
        var handle: OpaquePointer?
        let flags = UInt32(SQLITE_PREPARE_PERSISTENT)
        let code = sqlite3_prepare_v3(database, sql, -1, flags, &handle, nil)
        guard code == SQLITE_OK, let handle else { throw RunStoreError(code, of: database) }
        self.database = database
        self.handle = handle
    }

    deinit {
        sqlite3_finalize(handle)
    }

    /// Runs it and hands over each row, until `visit` gives false.
    func each(
        _ values: [SQLValue], _ visit: (Row) throws(RunStoreError) -> Bool
    ) throws(RunStoreError) {
        // The blobs are SQLite's only until here.
        defer {
            sqlite3_reset(handle)
            sqlite3_clear_bindings(handle)
        }
        try withBound(values[...], at: 1) { () throws(RunStoreError) in
            while true {
                let code = sqlite3_step(handle)
                switch code {
                case SQLITE_DONE: return
                case SQLITE_ROW: guard try visit(Row(handle: handle)) else { return }
                default: throw RunStoreError(code, of: database)
                }
            }
        }
    }

    /// Binds one after the other, each blob inside the call that keeps its bytes in place: SQLite
    /// reads them there.
    private func withBound(
        _ values: ArraySlice<SQLValue>, at index: Int32, _ body: () throws(RunStoreError) -> Void
    ) throws(RunStoreError) {
        guard let value = values.first else { return try body() }
        let rest = values.dropFirst()
        switch value {
        case .blob(let bytes) where !bytes.isEmpty:
            try bytes.withUnsafeBufferPointer { (buffer) throws(RunStoreError) in
                let length = sqlite3_uint64(buffer.count)
                try check(sqlite3_bind_blob64(handle, index, buffer.baseAddress, length, nil))
                try withBound(rest, at: index + 1, body)
            }
            return
        // A blob without bytes has no address either, which to SQLite would be NULL.
        case .blob: try check(sqlite3_bind_zeroblob(handle, index, 0))
        case .null: try check(sqlite3_bind_null(handle, index))
        case .integer(let number): try check(sqlite3_bind_int64(handle, index, Int64(number)))
        case .real(let number): try check(sqlite3_bind_double(handle, index, number))
        case .text(let text):
            let length = sqlite3_uint64(text.utf8.count)
            try check(csqlite_bind_text(handle, index, text, length))
        }
        try withBound(rest, at: index + 1, body)
    }

    private func check(_ code: Int32) throws(RunStoreError) {
        guard code == SQLITE_OK else { throw RunStoreError(code, of: database) }
    }
}

/// A row of an answer, good until the next one is asked for. Columns count from 0.
struct Row {
    fileprivate let handle: OpaquePointer

    func integer(_ column: Int32) -> Int { Int(sqlite3_column_int64(handle, column)) }
    func real(_ column: Int32) -> Double { sqlite3_column_double(handle, column) }

    func optionalInteger(_ column: Int32) -> Int? { isNull(column) ? nil : integer(column) }
    func optionalReal(_ column: Int32) -> Double? { isNull(column) ? nil : real(column) }
    func optionalText(_ column: Int32) -> String? { isNull(column) ? nil : text(column) }

    func text(_ column: Int32) -> String {
        guard let start = sqlite3_column_text(handle, column) else { return "" }
        let count = Int(sqlite3_column_bytes(handle, column))
        return String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    }

    func bytes(_ column: Int32) -> [UInt8] {
        var bytes: [UInt8] = []
        append(column, to: &bytes)
        return bytes
    }

    func append(_ column: Int32, to bytes: inout [UInt8]) {
        guard let start = sqlite3_column_blob(handle, column) else { return }
        let count = Int(sqlite3_column_bytes(handle, column))
        bytes.append(contentsOf: UnsafeRawBufferPointer(start: start, count: count))
    }

    func size(_ column: Int32) -> Int { Int(sqlite3_column_bytes(handle, column)) }

    private func isNull(_ column: Int32) -> Bool {
        sqlite3_column_type(handle, column) == SQLITE_NULL
    }
}
