import Testing

@testable import RunStore

struct EventTests {
    @Test func `ids count from 1 in each run`() throws {
        let store = try RunStore.inMemory()
        let (a, b) = (try store.add(), try store.add())
        #expect(try store.commit(RunChange(events: [.epoch(1), .epoch(2)]), to: a) == [1, 2])
        #expect(try store.commit(RunChange(events: [.epoch(1)]), to: b) == [1])
        #expect(try store.commit(RunChange(events: [.epoch(3)]), to: a) == [3])
        #expect(try store.events(of: a).map(\.id) == [1, 2, 3])
        #expect(try store.events(of: a).map(\.text) == ["epoch 1", "epoch 2", "epoch 3"])
    }

    @Test func `an epoch that was told of is left out, and leaves no gap`() throws {
        let store = try RunStore.inMemory()
        let id = try store.add()
        try store.commit(RunChange(events: [.epoch(1), .epoch(2)]), to: id)
        let again = RunEvent(kind: "epoch", epoch: 2, bytes: [0])
        let ids = try store.commit(RunChange(events: [.epoch(1), again, .epoch(3)]), to: id)
        #expect(ids == [nil, nil, 3])
        #expect(try store.events(of: id).map(\.text) == ["epoch 1", "epoch 2", "epoch 3"])
        #expect(try store.run(id).events == 3)
        #expect(try store.run(id).sizes.events == 21)
        #expect(try store.integrityCheck() == [])
    }

    @Test func `events of one epoch and of different kinds are all kept`() throws {
        let store = try RunStore.inMemory()
        let id = try store.add()
        let checkpoint = RunEvent(kind: "checkpoint", epoch: 1, bytes: [])
        #expect(try store.commit(RunChange(events: [.epoch(1), checkpoint]), to: id) == [1, 2])
        #expect(
            try store.commit(RunChange(events: [checkpoint, .epoch(1)]), to: id) == [nil, nil])
    }

    @Test func `events of no epoch are never left out`() throws {
        let store = try RunStore.inMemory()
        let id = try store.add()
        let started = RunEvent(kind: "started", bytes: [])
        #expect(try store.commit(RunChange(events: [started, started]), to: id) == [1, 2])
    }

    @Test func `reading goes on after an id`() throws {
        let store = try RunStore.inMemory()
        let id = try store.add()
        try store.commit(RunChange(events: (1...5).map { .epoch($0) }), to: id)
        #expect(try store.events(of: id, after: 2, limit: 2).map(\.id) == [3, 4])
        #expect(try store.events(of: id, after: 4).map(\.id) == [5])
        #expect(try store.events(of: id, after: 5).isEmpty)
        #expect(try store.events(of: id, after: .max).isEmpty)
        #expect(try store.events(of: id, after: -1, limit: 1).map(\.id) == [1])
    }

    @Test(arguments: [(0, 1), (7, 1), (8, 2), (14, 2), (15, 3), (1 << 20, 3)])
    func `reading stops at so many bytes, and gives one event at least`(
        bytes: Int, count: Int
    ) throws {
        let store = try RunStore.inMemory()
        let id = try store.add()
        try store.commit(RunChange(events: (1...3).map { .epoch($0) }), to: id)  // 7 bytes each.
        #expect(try store.events(of: id, bytes: bytes).count == count)
    }

    @Test func `an event that is too long is refused, and nothing else of its change is stored`()
        throws
    {
        let store = try RunStore.inMemory()
        let id = try store.add()
        let long = RunEvent(
            kind: "done", bytes: [UInt8](repeating: 0, count: RunStore.eventLimit + 1))
        let error = RunStoreError.tooLarge(
            part: "event", bytes: RunStore.eventLimit + 1, limit: RunStore.eventLimit)
        #expect(throws: error) {
            try store.commit(RunChange(events: [.epoch(1), long]), to: id)
        }
        #expect(try store.run(id).events == 0)
    }

    @Test func `events of an unknown run are refused`() throws {
        let store = try RunStore.inMemory()
        #expect(throws: RunStoreError.unknownRun) { try store.events(of: RunID(at: 1)) }
    }

    @Test func `the newest events of a kind are given in order, as many as fit`() throws {
        let store = try RunStore.inMemory()
        let id = try store.add()
        let other = RunEvent(kind: "checkpoint", bytes: [1])
        try store.commit(
            RunChange(events: [.epoch(1), other, .epoch(2), .epoch(3), other]), to: id)
        // Each has 7 bytes.
        for (limit, bytes, epochs) in [
            (9, 21, [1, 2, 3]), (9, 20, [2, 3]), (2, 21, [2, 3]), (3, 21, [1, 2, 3]),
            (9, 13, [3]), (9, 1, [3]), (0, 99, [3]),
        ] {
            let latest = try store.latest("epoch", of: id, limit: limit, bytes: bytes)
            #expect(latest.events.map(\.epoch) == epochs, "\(limit), \(bytes)")
            #expect(latest.isCut == (epochs.count < 3))
        }
        let none = try store.latest("done", of: id, limit: 9, bytes: 9)
        #expect(none.events.isEmpty && !none.isCut)
    }
}
