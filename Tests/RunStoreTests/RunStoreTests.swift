import Testing

@testable import RunStore

struct RunStoreTests {
    @Test func `a new run is queued and holds what it was made with`() throws {
        let store = try RunStore.inMemory(Clock(5_000))
        let key = try #require(IdempotencyKey("once"))
        let (run, isNew) = try store.create(
            request: [1, 2, 3], summary: [4], key: key, digest: [5, 6],
            progress: RunProgress(epochs: 7), limits: .none)
        #expect(isNew)
        #expect(run.state == .queued)
        #expect(run.created == 5_000 && run.started == nil && run.ended == nil)
        #expect(run.progress == RunProgress(epoch: 0, epochs: 7, step: 0))
        #expect(run.summary == [4] && run.key == key && run.digest == [5, 6])
        #expect(run.sizes.request == 3 && run.sizes.total == 3 && run.events == 0)
        #expect(try store.run(run.id) == run)
        #expect(try store.request(of: run.id) == [1, 2, 3])
        #expect(try store.result(of: run.id) == nil)
        #expect(try store.checkpoint(of: run.id) == nil)
        #expect(try store.extension(of: run.id) == nil)
    }

    @Test func `a key with the same digest gives the same run`() throws {
        let store = try RunStore.inMemory()
        let key = IdempotencyKey("once")
        let first = try store.create(request: [1], key: key, digest: [9], limits: .none)
        let second = try store.create(request: [1], key: key, digest: [9], limits: .none)
        #expect(first.isNew && !second.isNew)
        #expect(first.run == second.run)
        #expect(try store.page(limit: 10).runs.count == 1)
    }

    @Test func `a key with another digest is refused`() throws {
        let store = try RunStore.inMemory()
        let key = IdempotencyKey("once")
        let first = try store.create(request: [1], key: key, digest: [9], limits: .none).run
        #expect(throws: RunStoreError.keyInUse(by: first.id)) {
            try store.create(request: [1], key: key, digest: [8], limits: .none)
        }
    }

    @Test func `a change is stored whole`() throws {
        let clock = Clock(100)
        let store = try RunStore.inMemory(clock)
        let id = try store.add()
        clock.now = 200
        try store.commit(RunChange(state: .running), to: id)
        clock.now = 300
        let ids = try store.commit(
            RunChange(
                events: [.epoch(1), RunEvent(kind: "done", bytes: [])], checkpoint: [1, 2],
                progress: RunProgress(epoch: 1, epochs: 1, step: 4), state: .done, result: [],
                summary: [8]),
            to: id)
        #expect(ids == [1, 2])
        let run = try store.run(id)
        #expect(run.state == .done && run.started == 200 && run.ended == 300)
        #expect(run.progress == RunProgress(epoch: 1, epochs: 1, step: 4))
        #expect(run.summary == [8] && run.events == 2)
        #expect(run.sizes.checkpoint == 2 && run.sizes.result == 0 && run.sizes.events == 7)
        #expect(try store.checkpoint(of: id) == [1, 2])
        #expect(try store.result(of: id) == [])
        #expect(try store.events(of: id).map(\.kind) == ["epoch", "done"])
        #expect(try store.integrityCheck() == [])
    }
}
