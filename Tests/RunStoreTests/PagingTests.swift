import Testing

@testable import RunStore

struct PagingTests {
    @Test func `pages go from the newest to the oldest`() throws {
        let store = try RunStore.inMemory()
        let ids = try (0..<5).map { _ in try store.add() }
        let first = try store.page(limit: 2)
        #expect(first.runs.map(\.id) == [ids[4], ids[3]])
        #expect(first.next == ids[3])
        let second = try store.page(after: first.next, limit: 2)
        #expect(second.runs.map(\.id) == [ids[2], ids[1]])
        let third = try store.page(after: second.next, limit: 2)
        #expect(third.runs.map(\.id) == [ids[0]])
        #expect(third.next == nil)
    }

    @Test func `a page that holds the last run says that there is no more`() throws {
        let store = try RunStore.inMemory()
        for _ in 0..<2 { try store.add() }
        #expect(try store.page(limit: 2).next == nil)
    }

    @Test func `a page is of one state`() throws {
        let store = try RunStore.inMemory()
        let done = try (0..<3).map { _ in
            try store.add()
            return try store.add(ending: .done)
        }
        let page = try store.page(limit: 2, state: .done)
        #expect(page.runs.map(\.id) == [done[2], done[1]])
        #expect(
            try store.page(after: page.next, limit: 2, state: .done).runs.map(\.id) == [done[0]])
        #expect(
            try store.page(limit: 2, state: .failed) == RunPage(runs: [], next: nil, unreadable: 0))
    }

    @Test func `a page goes on where a run was that is gone`() throws {
        let store = try RunStore.inMemory()
        let ids = try (0..<3).map { _ in try store.add() }
        try store.delete(ids[1])
        #expect(try store.page(after: ids[1], limit: 5).runs.map(\.id) == [ids[0]])
    }

    @Test(arguments: [Int.min, 0, 1, .max])
    func `any limit is taken`(limit: Int) throws {
        let store = try RunStore.inMemory()
        try store.add()
        #expect(try store.page(limit: limit).runs.count == 1)
    }
}
