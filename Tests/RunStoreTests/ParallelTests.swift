import Dispatch
import Testing

@testable import RunStore

struct ParallelTests {
    @Test func `eight threads use a store at once`() throws {
        let folder = TemporaryFolder()
        let store = try RunStore(at: .folder(folder.path))
        let shared = try store.add()
        let failures = Failures()
        DispatchQueue.concurrentPerform(iterations: 8) { thread in
            do {
                for turn in 0..<6 {
                    let id = try store.add("\(thread) \(turn)", ending: .running)
                    try store.commit(RunChange(events: [.epoch(1)], checkpoint: [1]), to: id)
                    // All tell of the same epochs, and each is kept once.
                    try store.commit(RunChange(events: [.epoch(turn)]), to: shared)
                    _ = try store.page(limit: 5)
                    _ = try store.events(of: shared, after: turn)
                    try store.commit(RunChange(state: .done, result: [2]), to: id)
                    if turn % 3 == 2 { try store.delete(id) }
                }
            } catch {
                failures.add(error)
            }
        }
        #expect(failures.all.isEmpty)
        let runs = try store.page(limit: 1000).runs
        #expect(Set(runs.map(\.id)).count == 1 + 8 * 4)
        #expect(try store.events(of: shared).map(\.id) == Array(1...6))
        #expect(try store.integrityCheck() == [])
    }

    @Test func `one of many that come with the same key makes the run`() throws {
        let store = try RunStore.inMemory()
        let key = try #require(IdempotencyKey("k"))
        let made = Failures()
        DispatchQueue.concurrentPerform(iterations: 8) { _ in
            do {
                if try store.create(request: [1], key: key, limits: .none).isNew { made.add(nil) }
            } catch {
                made.add(error)
            }
        }
        #expect(made.all.count == 1 && made.all[0] == nil)
        #expect(try store.count("runs") == 1)
    }
}

/// What threads leave for the test.
private final class Failures: @unchecked Sendable {
    private let turns = DispatchQueue(label: "failures")
    private var list: [(any Error)?] = []

    var all: [(any Error)?] { turns.sync { list } }

    func add(_ error: (any Error)?) { turns.sync { list.append(error) } }
}
