import Testing

@testable import RunStore

/// Rows that cannot be read keep nobody from the others.
struct DamageTests {
    private func store() throws -> (store: RunStore, ids: [RunID]) {
        let store = try RunStore.inMemory()
        let ids = try (0..<5).map { _ in try store.add("0123", ending: .running) }
        try store.script("UPDATE runs SET events = -1 WHERE id IN ('\(ids[1])', '\(ids[3])')")
        return (store, ids)
    }

    private func isDamage(_ error: any Error) -> Bool {
        guard case .damaged? = error as? RunStoreError else { return false }
        return true
    }

    @Test func `the others are listed, and it is said how many are not`() throws {
        let (store, ids) = try store()
        let first = try store.page(limit: 2)
        #expect(first.runs.map(\.id) == [ids[4]])
        #expect(first.unreadable == 1)
        let rest = try store.page(after: first.next, limit: 9)
        #expect(rest.runs.map(\.id) == [ids[2], ids[0]])
        #expect(rest.unreadable == 1)
        #expect(rest.next == nil)
    }

    @Test func `the others are gone on with`() throws {
        let (store, ids) = try store()
        #expect(try store.unfinished().map(\.id) == [ids[0], ids[2], ids[4]])
    }

    @Test func `it is told of one that is asked for, which can be forgotten`() throws {
        let (store, ids) = try store()
        #expect { try store.run(ids[1]) } throws: { isDamage($0) }
        #expect { try store.commit(RunChange(state: .done), to: ids[1]) } throws: { isDamage($0) }
        try store.delete(ids[1])
        #expect(throws: RunStoreError.unknownRun) { try store.run(ids[1]) }
        #expect(throws: RunStoreError.unknownRun) { try store.delete(ids[1]) }
    }

    @Test func `it makes room like any other`() throws {
        let (store, ids) = try store()
        try store.script(
            "UPDATE runs SET state = 'done', events = -1, request_bytes = -1 << 62, ended = 0")
        let limits = RunLimits(runs: 2, bytes: .max, age: .infinity)
        #expect(try store.trim(limits) == [ids[0], ids[1], ids[2]])
        #expect(try store.create(request: [], limits: limits).isNew)
    }
}
