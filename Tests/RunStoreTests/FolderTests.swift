import Glibc
import Testing

@testable import RunStore

/// A store in a folder: what is left there, and who may open it.
struct FolderTests {
    @Test func `the folder and its files are their owner's only`() throws {
        let parent = TemporaryFolder()
        let store = try RunStore(at: .folder(parent.path + "/runs"))
        try store.add()
        #expect(parent.mode(of: "runs") == 0o700)
        for file in ["lock", "reserve", "runs.sqlite3", "runs.sqlite3-wal"] {
            #expect(parent.mode(of: "runs/" + file) == 0o600, "\(file)")
        }
    }

    @Test func `the log's index is not a file`() throws {
        // It would be mapped into memory, and a full disk would kill the process there.
        let folder = TemporaryFolder()
        let store = try RunStore(at: .folder(folder.path))
        try store.add()
        #expect(folder.files == ["lock", "reserve", "runs.sqlite3", "runs.sqlite3-wal"])
    }

    @Test func `a commit waits for the disk`() throws {
        let folder = TemporaryFolder()
        let store = try RunStore(at: .folder(folder.path))
        #expect(try store.setting("journal_mode") == "wal")
        #expect(try store.setting("synchronous") == "2")  // FULL
    }

    @Test func `what is closed is opened again as it was`() throws {
        let folder = TemporaryFolder()
        let store = try RunStore(at: .folder(folder.path))
        let ids = [try store.add(ending: .done), try store.add()]
        try store.commit(RunChange(events: [.epoch(1)], checkpoint: [1]), to: ids[1])
        let page = try store.page(limit: 9)
        try store.close()
        #expect(folder.files == ["lock", "reserve", "runs.sqlite3"])
        let again = try RunStore(at: .folder(folder.path))
        #expect(try again.page(limit: 9) == page)
        #expect(try again.unfinished().map(\.id) == [ids[1]])
        #expect(try again.checkpoint(of: ids[1]) == [1])
        #expect(
            try again.commit(RunChange(events: [.epoch(1), .epoch(2)]), to: ids[1]) == [nil, 2])
    }

    @Test func `ids go on from those of the file though the clock was set back`() throws {
        let folder = TemporaryFolder()
        let clock = Clock(1_000_000)
        var store = try RunStore(at: .folder(folder.path)) { clock.now }
        let first = try store.add()
        try store.close()
        clock.now = 5
        store = try RunStore(at: .folder(folder.path)) { clock.now }
        let second = try store.add()
        #expect(second > first)
        #expect(try store.unfinished().map(\.id) == [first, second])
    }

    @Test func `a store that is closed refuses all but being closed`() throws {
        let folder = TemporaryFolder()
        for location in [RunStore.Location.memory, .folder(folder.path)] {
            let store = try RunStore(at: location)
            let id = try store.add()
            try store.close()
            try store.close()
            #expect(throws: RunStoreError.closed) { try store.run(id) }
            #expect(throws: RunStoreError.closed) { try store.add() }
        }
    }

    @Test func `a second store is kept out until the first lets go`() throws {
        let folder = TemporaryFolder()
        var first: RunStore? = try RunStore(at: .folder(folder.path))
        try first?.add()
        #expect(throws: RunStoreError.locked) { try RunStore(at: .folder(folder.path)) }
        #expect(try first?.unfinished().count == 1)
        first = nil
        #expect(try RunStore(at: .folder(folder.path)).unfinished().count == 1)
    }

    @Test func `a store that another process holds is not opened`() throws {
        let folder = TemporaryFolder()
        let process = try HoldingProcess(of: folder.path + "/lock")
        #expect(throws: RunStoreError.locked) { try RunStore(at: .folder(folder.path)) }
        try process.end()
        _ = try RunStore(at: .folder(folder.path))
    }

    @Test func `a file in the place of the folder is told by its path`() throws {
        let parent = TemporaryFolder()
        parent.write([1], to: "file")
        let path = parent.path + "/file"
        #expect(throws: RunStoreError.failed(code: ENOTDIR, "\(path): Not a directory")) {
            try RunStore(at: .folder(path))
        }
    }

    @Test func `a folder is not made inside one that is missing`() throws {
        let parent = TemporaryFolder()
        let path = parent.path + "/a/b"
        #expect(throws: RunStoreError.failed(code: ENOENT, "\(path): No such file or directory")) {
            try RunStore(at: .folder(path))
        }
        #expect(parent.files.isEmpty)
    }

    @Test func `a file of a newer format is refused and left as it is`() throws {
        let folder = TemporaryFolder()
        let store = try RunStore(at: .folder(folder.path))
        try store.add()
        try store.script("PRAGMA user_version = 2")
        try store.close()
        let before = folder.read("runs.sqlite3")
        #expect(throws: RunStoreError.newer(version: 2, known: 1)) {
            try RunStore(at: .folder(folder.path))
        }
        #expect(folder.read("runs.sqlite3") == before)
    }

    @Test func `another program's file is refused and left as it is`() throws {
        let folder = TemporaryFolder()
        try Connection(path: folder.path + "/runs.sqlite3").script("CREATE TABLE t (x)")
        let before = folder.read("runs.sqlite3")
        #expect(throws: RunStoreError.foreign) { try RunStore(at: .folder(folder.path)) }
        #expect(folder.read("runs.sqlite3") == before)
    }

    @Test(.enabled(if: TemporaryFolder.canMount))
    func `a folder that cannot be written to is refused`() throws {
        let folder = TemporaryFolder()
        try #require(folder.mount(bytes: 1 << 20))
        try RunStore(at: .folder(folder.path)).add()
        try #require(folder.remount(bytes: 1 << 20, readOnly: true))
        #expect(throws: RunStoreError.readOnly) { try RunStore(at: .folder(folder.path)) }
    }

    @Test(.enabled(if: geteuid() != 0, "root may write anywhere"))
    func `a folder of mode 0500 is refused`() throws {
        let folder = TemporaryFolder()
        chmod(folder.path, 0o500)
        #expect(throws: RunStoreError.readOnly) { try RunStore(at: .folder(folder.path)) }
    }

    @Test func `a store that may no longer write goes on reading`() throws {
        let store = try RunStore.inMemory()
        let id = try store.add()
        try store.script("PRAGMA query_only = ON")
        #expect(throws: RunStoreError.readOnly) { try store.add() }
        #expect(throws: RunStoreError.readOnly) { try store.commit(RunChange(), to: id) }
        #expect(try store.unfinished().map(\.id) == [id])
    }
}
