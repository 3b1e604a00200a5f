import CSQLite
import Glibc

extension RunStoreError {
    /// What a result code of SQLite means here, and the system's number behind it.
    init(_ code: Int32, of database: OpaquePointer?) {
        let text = database.flatMap { sqlite3_errmsg($0) } ?? sqlite3_errstr(code)
        let message = text.map { String(cString: $0) } ?? ""
        let system = database.map { sqlite3_system_errno($0) } ?? 0
        switch code & 0xFF {
        case SQLITE_FULL: self = .diskFull
        case SQLITE_READONLY: self = .readOnly
        case SQLITE_BUSY, SQLITE_LOCKED: self = .locked
        case SQLITE_CORRUPT, SQLITE_NOTADB: self = .damaged(message)
        case SQLITE_IOERR, SQLITE_CANTOPEN:
            self = RunStoreError(system: system) ?? .failed(code: code, message)
        default: self = .failed(code: code, message)
        }
    }

    /// What an `errno` means where it means something of its own.
    init?(system code: Int32) {
        switch code {
        case ENOSPC, EDQUOT, EFBIG: self = .diskFull
        case EROFS, EACCES, EPERM: self = .readOnly
        case EWOULDBLOCK: self = .locked
        default: return nil
        }
    }
}
