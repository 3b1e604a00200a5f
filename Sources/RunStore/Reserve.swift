import Glibc

/// Room on the disk that is held back for forgetting runs: SQLite needs some of it to write down
/// that something is gone.
///
/// A file of up to 4 MiB, which is about what forgetting a run of 2 GB takes, and of no more than an
/// eighth of what is free.
final class Reserve {
    private let path: String
    private static let most = 4 << 20

    init(_ path: String) {
        self.path = path
        take()
    }

    /// Takes the room, if it is there and not held already; does without it otherwise.
    func take() {
        let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else { return }
        defer { close(file) }
        var (info, disk) = (stat(), statvfs())
        guard fstat(file, &info) == 0, info.st_size == 0, fstatvfs(file, &disk) == 0 else { return }
        let free = UInt64(disk.f_bavail).multipliedReportingOverflow(by: UInt64(disk.f_frsize))
        let size = free.overflow ? Self.most : Int(min(free.partialValue / 8, UInt64(Self.most)))
        guard size > 0, posix_fallocate(file, 0, off_t(size)) != 0 else { return }
        _ = ftruncate(file, 0)
    }

    var size: Int {
        var info = stat()
        return stat(path, &info) == 0 ? Int(info.st_size) : 0
    }

    /// Gives the room back to the disk.
    func release() { _ = truncate(path, 0) }
}
