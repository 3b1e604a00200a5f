import Glibc

/// The folder of a store, held by this store alone until it is released.
final class StoreFolder {
    let database: String
    let reserve: Reserve
    private let lock: Int32

    /// Makes the folder where it is missing, for its owner only, and takes hold of it.
    init(_ path: String) throws(RunStoreError) {
        if mkdir(path, 0o700) == 0 {
            Self.sync(parentOf: path)
        } else if errno != EEXIST {
            throw Self.failure(path)
        }
        lock = open(path + "/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard lock >= 0 else { throw Self.failure(path) }
        // Goes with the descriptor, so a crash leaves none behind.
        guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
            let error = Self.failure(path)
            close(lock)
            throw error
        }
        // Debian's SQLite would take a path that begins with "file:" for a URI.
        database = (path.hasPrefix("/") ? path : "./" + path) + "/runs.sqlite3"
        // SQLite would let others read it; its log takes the file's mode.
        let file = open(database, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else {
            let error = Self.failure(database)
            close(lock)
            throw error
        }
        close(file)
        reserve = Reserve(path + "/reserve")
    }

    deinit {
        close(lock)
    }

    /// The name of a new folder survives a power cut only once its parent is on the disk.
    private static func sync(parentOf path: String) {
        let parent = open(path + "/..", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard parent >= 0 else { return }
        fsync(parent)
        close(parent)
    }

    private static func failure(_ path: String) -> RunStoreError {
        let code = errno
        return RunStoreError(system: code)
            ?? .failed(code: code, "\(path): \(String(cString: strerror(code)))")
    }
}
