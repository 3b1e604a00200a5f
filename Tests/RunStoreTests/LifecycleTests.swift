import Testing

@testable import RunStore

/// What may happen to a run, and when.
struct LifecycleTests {
    static let ended = RunState.allCases.filter(\.hasEnded)

    @Test(arguments: ended)
    func `nothing is added to a run that has ended`(state: RunState) throws {
        let store = try RunStore.inMemory()
        let id = try store.add(ending: state)
        let before = try store.run(id)
        #expect(throws: RunStoreError.ended(state)) {
            try store.commit(RunChange(events: [.epoch(1)], state: .running), to: id)
        }
        #expect(try store.run(id) == before)
    }

    @Test(arguments: ended)
    func `a run that has ended is resumed`(state: RunState) throws {
        let clock = Clock(10)
        let store = try RunStore.inMemory(clock)
        let id = try store.create(
            request: [1], progress: RunProgress(epochs: 4), limits: .none
        ).run.id
        try store.commit(RunChange(state: .running), to: id)
        try store.commit(
            RunChange(
                events: [.epoch(4)], checkpoint: [2],
                progress: RunProgress(epoch: 4, epochs: 4, step: 9), state: state, result: [3]),
            to: id)
        clock.now = 20
        let run = try store.resume(id, epochs: 8, summary: [4], extension: [5])
        #expect(run == (try store.run(id)))
        #expect(run.state == .queued && run.created == 10 && run.ended == nil)
        #expect(run.progress == RunProgress(epoch: 4, epochs: 8, step: 9))
        #expect(run.summary == [4])
        #expect(try store.request(of: id) == [1])
        #expect(try store.extension(of: id) == [5])
        #expect(try store.checkpoint(of: id) == [2])
        #expect(try store.result(of: id) == nil)
        #expect(run.sizes.result == 0 && run.sizes.extension == 1)
        #expect(try store.commit(RunChange(events: [.epoch(5)]), to: id) == [2])
        #expect(try store.unfinished().map(\.id) == [id])
    }

    @Test func `resuming leaves alone what it is not given`() throws {
        let store = try RunStore.inMemory()
        let id = try store.create(request: [], summary: [1], limits: .none).run.id
        try store.commit(RunChange(state: .done), to: id)
        try store.resume(id, epochs: 1, extension: [2])
        try store.commit(RunChange(state: .done), to: id)
        let run = try store.resume(id, epochs: 2)
        #expect(run.summary == [1])
        #expect(try store.extension(of: id) == [2])
    }

    @Test(arguments: [RunState.queued, .running])
    func `a run that has not ended is not resumed`(state: RunState) throws {
        let store = try RunStore.inMemory()
        let id = try store.add(ending: state)
        #expect(throws: RunStoreError.notEnded(state)) { try store.resume(id, epochs: 9) }
    }

    @Test func `a run that is put back keeps the time of its first start`() throws {
        let clock = Clock(10)
        let store = try RunStore.inMemory(clock)
        let id = try store.add(ending: .running)
        clock.now = 20
        try store.commit(RunChange(state: .queued), to: id)
        try store.commit(RunChange(state: .running), to: id)
        #expect(try store.run(id).started == 10)
    }

    @Test(arguments: RunState.allCases)
    func `a run of any state is deleted with all it had`(state: RunState) throws {
        let store = try RunStore.inMemory()
        let id = try store.create(request: [1], key: IdempotencyKey("k"), limits: .none).run.id
        try store.commit(
            RunChange(events: [.epoch(1)], checkpoint: [2], state: state, result: [3]), to: id)
        try store.delete(id)
        #expect(throws: RunStoreError.unknownRun) { try store.run(id) }
        #expect(throws: RunStoreError.unknownRun) { try store.checkpoint(of: id) }
        #expect(throws: RunStoreError.unknownRun) { try store.commit(RunChange(), to: id) }
        #expect(throws: RunStoreError.unknownRun) { try store.resume(id, epochs: 1) }
        #expect(throws: RunStoreError.unknownRun) { try store.delete(id) }
        #expect(try store.count("chunks") == 0)
        #expect(try store.count("events") == 0)
        // The key is free again.
        #expect(try store.create(request: [9], key: IdempotencyKey("k"), limits: .none).isNew)
    }

    @Test func `what has not ended is listed in the order of its creation`() throws {
        let store = try RunStore.inMemory()
        let first = try store.add(ending: .running)
        let second = try store.add()
        try store.add(ending: .done)
        let third = try store.add(ending: .done)
        let fourth = try store.add()
        try store.resume(third, epochs: 1)
        #expect(try store.unfinished().map(\.id) == [first, second, third, fourth])
    }

    @Test(arguments: ["", String(repeating: "k", count: 256), "a\nb", "\u{7F}", "\0"])
    func `a text that is no key is refused`(text: String) {
        #expect(IdempotencyKey(text) == nil)
    }

    @Test(arguments: ["k", String(repeating: "k", count: 255), "\"quoted\"", "ключ"])
    func `a key is kept as it is`(text: String) throws {
        let store = try RunStore.inMemory()
        let key = try #require(IdempotencyKey(text))
        let id = try store.create(request: [], key: key, limits: .none).run.id
        #expect(try store.run(id).key == key)
        #expect(key.description == text)
    }

    @Test func `a summary that is too long is refused`() throws {
        let store = try RunStore.inMemory()
        let long = [UInt8](repeating: 0, count: RunStore.summaryLimit + 1)
        let error = RunStoreError.tooLarge(
            part: "summary", bytes: long.count, limit: RunStore.summaryLimit)
        #expect(throws: error) {
            try store.create(request: [], summary: long, limits: .none)
        }
        let id = try store.add()
        #expect(throws: error) { try store.commit(RunChange(summary: long), to: id) }
    }

    @Test func `a change that makes a run too large is refused, whole`() throws {
        let store = try RunStore.inMemory()
        let id = try store.add("01")
        let change = RunChange(events: [.epoch(1)], checkpoint: [1, 2], state: .done)
        #expect(throws: RunStoreError.runTooLarge(bytes: 11, limit: 10)) {
            try store.commit(change, to: id, limit: 10)
        }
        #expect(try store.run(id).sizes.total == 2)
        #expect(try store.events(of: id).isEmpty)
        try store.commit(change, to: id, limit: 11)
        #expect(try store.run(id).state == .done)
    }
}
