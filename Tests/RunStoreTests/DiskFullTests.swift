import Testing

@testable import RunStore

struct DiskFullTests {
    /// Writes until the disk is full, and gives how many epochs it took.
    private func fill(_ store: RunStore, _ id: RunID, from first: Int) throws -> Int {
        let bytes = [UInt8](repeating: 1, count: 4000)
        for epoch in first..<10_000 {
            do throws(RunStoreError) {
                let event = RunEvent(kind: "epoch", epoch: epoch, bytes: bytes)
                try store.commit(RunChange(events: [event]), to: id)
            } catch .diskFull {
                return epoch - first
            }
        }
        return .max
    }

    @Test(.enabled(if: TemporaryFolder.canMount))
    func `a full disk is told, harms nothing stored and passes`() throws {
        let folder = TemporaryFolder()
        try #require(folder.mount(bytes: 1 << 20))
        let store = try RunStore(at: .folder(folder.path))
        let id = try store.add()
        folder.write([UInt8](repeating: 0, count: 300_000), to: "filler")
        let count = try fill(store, id, from: 0)
        #expect((1...1000).contains(count))
        #expect(throws: RunStoreError.diskFull) {
            try store.commit(RunChange(checkpoint: [UInt8](repeating: 2, count: 1 << 20)), to: id)
        }
        // Read, from this store and from one after a crash.
        #expect(try store.run(id).events == count)
        #expect(try store.events(of: id, limit: 10_000, bytes: .max).count == count)
        #expect(try store.integrityCheck() == [])

        folder.write([], to: "filler")
        let more = try fill(store, id, from: count)
        #expect((1...1000).contains(more))
        #expect(try store.run(id).events == count + more)
        #expect(try store.integrityCheck() == [])
        let copy = folder.copy()
        let recovered = try RunStore(at: .folder(copy.path))
        #expect(try recovered.run(id).events == count + more)
        #expect(try recovered.integrityCheck() == [])
    }

    @Test(.enabled(if: TemporaryFolder.canMount))
    func `a store is opened on a full disk`() throws {
        let folder = TemporaryFolder()
        try #require(folder.mount(bytes: 1 << 20))
        var store: RunStore? = try RunStore(at: .folder(folder.path))
        let id = try #require(try store?.add())
        // The log has taken all the room: the file cannot grow by what stands in it.
        let count = try fill(try #require(store), id, from: 0)
        store = nil
        let again = try RunStore(at: .folder(folder.path))
        #expect(try again.run(id).events == count)
        #expect(try fill(again, id, from: count) == 0)
        try #require(folder.remount(bytes: 2 << 20))
        try again.commit(RunChange(state: .done), to: id)
        try again.trim(RunLimits(runs: 0, bytes: 0, age: 0))
        #expect(try again.page(limit: 1).runs.isEmpty)
        #expect(folder.size(of: "runs.sqlite3") < 100_000)
    }

    @Test(.enabled(if: TemporaryFolder.canMount))
    func `room is made on a full disk by trimming`() throws {
        let folder = TemporaryFolder()
        try #require(folder.mount(bytes: 4 << 20))
        let store = try RunStore(at: .folder(folder.path))
        let ids = try (0..<3).map { _ in try store.add() }
        for id in ids {
            let checkpoint = [UInt8](repeating: 3, count: 400_000)
            try store.commit(RunChange(checkpoint: checkpoint, state: .done), to: id)
        }
        try store.trim(RunLimits(runs: 2, bytes: .max, age: .infinity))
        folder.write([UInt8](repeating: 0, count: 4 << 20), to: "filler")
        try store.trim(RunLimits(runs: 1, bytes: .max, age: .infinity))
        #expect(try store.page(limit: 9).runs.map(\.id) == [ids[2]])
        #expect(folder.size(of: "runs.sqlite3") < 600_000)
        try store.add()
    }

    @Test(.enabled(if: TemporaryFolder.canMount), arguments: [false, true])
    func `a run is forgotten on a full disk, which makes room`(isNew: Bool) throws {
        let folder = TemporaryFolder()
        try #require(folder.mount(bytes: 6 << 20))
        var store: RunStore? = try RunStore(at: .folder(folder.path))
        let checkpoint = [UInt8](repeating: 3, count: 400_000)
        let ids = try (0..<3).map { _ in
            let id = try store!.add()
            try store!.commit(RunChange(checkpoint: checkpoint, state: .done), to: id)
            return id
        }
        // A log without pages cannot be written over.
        if isNew {
            try store!.close()
            store = nil
            store = try RunStore(at: .folder(folder.path))
        }
        folder.write([UInt8](repeating: 0, count: 6 << 20), to: "filler")
        let other = try #require(store)
        // Until nothing more goes into the log.
        _ = try? fill(other, other.add(), from: 0)
        #expect(throws: RunStoreError.diskFull) {
            try other.create(request: checkpoint, limits: .none)
        }
        try other.delete(ids[0])
        try other.trim(.none)
        _ = try other.create(request: [UInt8](repeating: 4, count: 200_000), limits: .none)
        try other.delete(ids[1])
        #expect(throws: RunStoreError.unknownRun) { try other.run(ids[1]) }
        #expect(try other.checkpoint(of: ids[2]) == checkpoint)
        #expect(try other.integrityCheck() == [])
    }

    @Test(.enabled(if: TemporaryFolder.canMount))
    func `room is held back, an eighth of what is free`() throws {
        let folder = TemporaryFolder()
        try #require(folder.mount(bytes: 1 << 20))
        let reserve = Reserve(folder.path + "/reserve")
        // Of whole pages of 4096 bytes but for its own end.
        #expect((100_000...131_072).contains(folder.size(of: "reserve")))
        folder.write([UInt8](repeating: 0, count: 1 << 20), to: "filler")
        reserve.release()
        #expect(folder.size(of: "reserve") == 0)
        folder.write([UInt8](repeating: 0, count: 1 << 20), to: "filler")
        reserve.take()
        #expect(folder.size(of: "reserve") == 0)
        folder.write([], to: "filler")
        reserve.take()
        #expect(folder.size(of: "reserve") > 100_000)
    }

    @Test(.enabled(if: TemporaryFolder.canMount))
    func `a store is not made on a full disk`() throws {
        let folder = TemporaryFolder()
        try #require(folder.mount(bytes: 1 << 16))
        folder.write([UInt8](repeating: 0, count: 1 << 20), to: "filler")
        #expect(throws: RunStoreError.diskFull) { try RunStore(at: .folder(folder.path)) }
    }

    @Test func `a file that may not grow is a full disk`() throws {
        let folder = TemporaryFolder()
        let store = try RunStore(at: .folder(folder.path))
        let id = try store.add()
        try store.script("PRAGMA max_page_count = 100")
        let count = try fill(store, id, from: 0)
        #expect((1...100).contains(count))
        #expect(throws: RunStoreError.diskFull) {
            try store.create(request: [UInt8](repeating: 0, count: 1 << 20), limits: .none)
        }
        #expect(try store.page(limit: 9).runs.map(\.id) == [id])
        #expect(try store.events(of: id).count == count)
        try store.script("PRAGMA max_page_count = 200")
        #expect((1...100).contains(try fill(store, id, from: count)))
        #expect(try store.integrityCheck() == [])
    }
}
