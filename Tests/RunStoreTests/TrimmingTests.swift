import Testing

@testable import RunStore

struct TrimmingTests {
    private func limits(
        runs: Int = .max, bytes: Int = .max, age: Double = .infinity
    ) -> RunLimits {
        RunLimits(runs: runs, bytes: bytes, age: age)
    }

    @Test func `the runs that ended first go first`() throws {
        let clock = Clock(0)
        let store = try RunStore.inMemory(clock)
        let ids = try (0..<4).map { _ in try store.add() }
        for id in [ids[2], ids[0], ids[3], ids[1]] {
            clock.now += 1
            try store.commit(RunChange(state: .done), to: id)
        }
        #expect(try store.trim(limits(runs: 2)) == [ids[2], ids[0]])
        #expect(try store.page(limit: 9).runs.map(\.id) == [ids[3], ids[1]])
    }

    @Test func `runs go until so many bytes are left`() throws {
        let store = try RunStore.inMemory()
        let ids = try (0..<3).map { _ in try store.add("0123456789", ending: .done) }
        #expect(try store.trim(limits(bytes: 30)) == [])
        #expect(try store.trim(limits(bytes: 29)) == [ids[0]])
        #expect(try store.trim(limits(bytes: 0)) == [ids[1], ids[2]])
    }

    @Test func `events, checkpoint and result count as bytes`() throws {
        let store = try RunStore.inMemory()
        let id = try store.add("01")
        try store.commit(
            RunChange(events: [.epoch(1)], checkpoint: [1], state: .done, result: [2]), to: id)
        #expect(try store.run(id).sizes.total == 2 + 7 + 1 + 1)
        #expect(try store.trim(limits(bytes: 11)) == [])
        #expect(try store.trim(limits(bytes: 10)) == [id])
    }

    @Test func `runs go when they are old`() throws {
        let clock = Clock(0)
        let store = try RunStore.inMemory(clock)
        let old = try store.add(ending: .failed)
        clock.now = 50
        let young = try store.add(ending: .done)
        clock.now = 100
        #expect(try store.trim(limits(age: 100)) == [])
        clock.now = 101
        #expect(try store.trim(limits(age: 100)) == [old])
        #expect(try store.page(limit: 9).runs.map(\.id) == [young])
    }

    @Test func `a run that has not ended stays whatever the limits`() throws {
        let clock = Clock(0)
        let store = try RunStore.inMemory(clock)
        let ids = [try store.add(), try store.add(ending: .running)]
        clock.now = 1000
        #expect(try store.trim(limits(runs: 0, bytes: 0, age: 0)) == [])
        #expect(try store.unfinished().map(\.id) == ids)
    }

    @Test func `a new run takes the place of the one that ended first`() throws {
        let store = try RunStore.inMemory()
        let ids = [try store.add(ending: .done), try store.add(), try store.add(ending: .done)]
        let new = try store.create(request: [], limits: limits(runs: 3)).run.id
        #expect(try store.page(limit: 9).runs.map(\.id) == [new, ids[2], ids[1]])
    }

    @Test func `a new run is refused when those that have not ended are too many`() throws {
        let store = try RunStore.inMemory()
        let ids = [try store.add("12"), try store.add("3", ending: .done), try store.add("45")]
        #expect(throws: RunStoreError.full(runs: 2, bytes: 4)) {
            try store.create(request: [], limits: limits(runs: 2))
        }
        #expect(throws: RunStoreError.full(runs: 2, bytes: 4)) {
            try store.create(request: [1], limits: limits(bytes: 4))
        }
        // Nothing went in vain.
        #expect(try store.page(limit: 9).runs.map(\.id) == ids.reversed())
        #expect(try store.create(request: [1], limits: limits(bytes: 5)).isNew)
    }

    @Test func `a known key gives its run even when there is no room`() throws {
        let store = try RunStore.inMemory()
        let key = IdempotencyKey("k")
        let first = try store.create(request: [1], key: key, limits: .none).run
        let again = try store.create(request: [1], key: key, limits: limits(runs: 1))
        #expect(again.run == first && !again.isNew)
    }

    @Test func `a request that is larger than what a run may take is told so`() throws {
        let store = try RunStore.inMemory()
        #expect(throws: RunStoreError.tooLarge(part: "request", bytes: 3, limit: 2)) {
            try store.create(request: [1, 2, 3], limits: limits(bytes: 11))
        }
        #expect(try store.create(request: [1, 2, 3], limits: limits(bytes: 12)).isNew)
    }

    @Test func `a run that has just ended is spared, and others go for it`() throws {
        let store = try RunStore.inMemory()
        let ids = try (0..<3).map { _ in try store.add("0123456789", ending: .done) }
        #expect(try store.trim(limits(runs: 2), sparing: ids[0]) == [ids[1]])
        #expect(try store.trim(limits(runs: 0, bytes: 0, age: 0), sparing: ids[0]) == [ids[2]])
        #expect(try store.page(limit: 9).runs.map(\.id) == [ids[0]])
    }

    @Test func `one that takes most of the bytes by itself goes before those that are older`()
        throws
    {
        let store = try RunStore.inMemory()
        let old = try store.add("0123", ending: .done)
        let large = try store.add("0123456789", ending: .done)
        let young = try store.add("0123", ending: .done)
        #expect(try store.trim(limits(bytes: 18)) == [])
        #expect(try store.trim(limits(bytes: 17)) == [large])
        #expect(try store.trim(limits(bytes: 7)) == [old])
        #expect(try store.page(limit: 9).runs.map(\.id) == [young])
    }

    @Test func `the file shrinks when runs go`() throws {
        let folder = TemporaryFolder()
        let store = try RunStore(at: .folder(folder.path))
        let id = try store.add()
        let checkpoint = [UInt8](repeating: 7, count: 4 << 20)
        try store.commit(RunChange(checkpoint: checkpoint, state: .done), to: id)
        let kept = try store.add(ending: .done)  // Its pages lie behind those of the checkpoint.
        #expect(try store.trim(limits(runs: 1)) == [id])
        #expect(folder.size(of: "runs.sqlite3") < 1 << 20)
        #expect(try store.run(kept).state == .done)
        #expect(try store.integrityCheck() == [])
    }
}
