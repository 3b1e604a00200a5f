import Glibc

/// A folder that is removed with all in it when the last user lets go of it.
final class TemporaryFolder {
    let path: String
    private var isMount = false

    init() {
        var template = Array("/tmp/runstore-tests-XXXXXX".utf8CString)
        path = mkdtemp(&template).map { String(cString: $0) } ?? ""
        precondition(!path.isEmpty)
    }

    deinit {
        if isMount { umount2(path, Int32(MNT_DETACH)) }
        Self.remove(path)
    }

    /// Whether this process may mount, as root may outside of a container.
    static let canMount = TemporaryFolder().mount(bytes: 1 << 16)

    /// Puts a file system in memory here; false where this process may not.
    func mount(bytes: Int) -> Bool {
        isMount = Glibc.mount("tmpfs", path, "tmpfs", 0, "size=\(bytes)") == 0
        return isMount
    }

    /// Gives the mount another size, or lets nobody write to it.
    func remount(bytes: Int, readOnly: Bool = false) -> Bool {
        let flags = UInt(MS_REMOUNT | (readOnly ? MS_RDONLY : 0))
        return Glibc.mount("tmpfs", path, "tmpfs", flags, "size=\(bytes)") == 0
    }

    var files: [String] { Self.names(in: path).sorted() }

    func size(of file: String) -> Int {
        var info = stat()
        return stat(path + "/" + file, &info) == 0 ? Int(info.st_size) : -1
    }

    func mode(of file: String) -> mode_t {
        var info = stat()
        return stat(path + "/" + file, &info) == 0 ? info.st_mode & 0o777 : 0
    }

    func read(_ file: String) -> [UInt8] {
        guard let handle = fopen(path + "/" + file, "rb") else { return [] }
        defer { fclose(handle) }
        var bytes = [UInt8](repeating: 0, count: max(size(of: file), 0))
        let count = fread(&bytes, 1, bytes.count, handle)
        return Array(bytes.prefix(count))
    }

    /// Gives whether all of it could be written.
    @discardableResult
    func write(_ bytes: [UInt8], to file: String) -> Bool {
        guard let handle = fopen(path + "/" + file, "wb") else { return false }
        let count = fwrite(bytes, 1, bytes.count, handle)
        return fclose(handle) == 0 && count == bytes.count
    }

    /// A folder with the files as they are at this moment: what a crash would leave.
    func copy() -> TemporaryFolder {
        let copy = TemporaryFolder()
        for file in files { copy.write(read(file), to: file) }
        return copy
    }

    private static func names(in path: String) -> [String] {
        guard let folder = opendir(path) else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    private static func remove(_ path: String) {
        for name in names(in: path) {
            let child = path + "/" + name
            if unlink(child) != 0 { remove(child) }
        }
        rmdir(path)
    }
}
