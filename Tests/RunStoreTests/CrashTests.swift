import Testing

@testable import RunStore

struct CrashTests {
    @Test func `what was committed is there after a crash`() throws {
        let folder = TemporaryFolder()
        let store = try RunStore(at: .folder(folder.path))
        let id = try store.add()
        for epoch in 1...20 {
            try store.commit(
                RunChange(
                    events: [.epoch(epoch)], checkpoint: [UInt8(epoch)],
                    progress: RunProgress(epoch: epoch, epochs: 20, step: epoch), state: .running),
                to: id)
        }
        let copy = folder.copy()
        let recovered = try RunStore(at: .folder(copy.path))
        #expect(try recovered.run(id) == store.run(id))
        #expect(try recovered.events(of: id) == store.events(of: id))
        #expect(try recovered.checkpoint(of: id) == [20])
        #expect(try recovered.unfinished().map(\.id) == [id])
        #expect(try recovered.integrityCheck() == [])
    }

    @Test func `a log that was cut off anywhere gives whole changes`() throws {
        let folder = TemporaryFolder()
        let store = try RunStore(at: .folder(folder.path))
        let id = try store.add()
        for epoch in 1...8 {
            try store.commit(
                RunChange(
                    events: [.epoch(epoch)], checkpoint: [UInt8](repeating: UInt8(epoch), count: 3),
                    progress: RunProgress(epoch: epoch)),
                to: id)
        }
        let copy = folder.copy()
        let log = folder.read("runs.sqlite3-wal")
        var seen: Set<Int> = []
        for length in stride(from: log.count, through: 0, by: -1999) {
            copy.write(folder.read("runs.sqlite3"), to: "runs.sqlite3")
            copy.write(Array(log.prefix(length)), to: "runs.sqlite3-wal")
            let recovered = try RunStore(at: .folder(copy.path))
            #expect(try recovered.integrityCheck() == [])
            // As far back as before the first run.
            guard let run = try recovered.page(limit: 1).runs.first else { continue }
            let epoch = run.progress.epoch
            seen.insert(epoch)
            #expect(run.events == epoch)
            #expect(try recovered.events(of: id).map(\.id) == Array(1..<epoch + 1))
            let checkpoint = try recovered.checkpoint(of: id)
            #expect(checkpoint == (epoch > 0 ? [UInt8](repeating: UInt8(epoch), count: 3) : nil))
        }
        #expect(seen == Set(0...8))
    }

    @Test func `a file with a damaged beginning is refused and kept`() throws {
        let folder = try storeOfOneRun()
        var bytes = folder.read("runs.sqlite3")
        bytes.replaceSubrange(0..<100, with: repeatElement(0xAA, count: 100))
        folder.write(bytes, to: "runs.sqlite3")
        #expect(throws: RunStoreError.damaged("file is not a database")) {
            try RunStore(at: .folder(folder.path))
        }
        #expect(folder.read("runs.sqlite3") == bytes)
    }

    @Test func `a file that was cut off is damaged`() throws {
        let folder = try storeOfOneRun()
        let bytes = folder.read("runs.sqlite3")
        folder.write(Array(bytes.prefix(bytes.count / 2)), to: "runs.sqlite3")
        #expect(throws: RunStoreError.damaged("database disk image is malformed")) {
            let store = try RunStore(at: .folder(folder.path))
            try readAll(of: store)
        }
    }

    /// Whatever stands in the file, an error says so or the numbers are read as they are: nothing
    /// traps.
    @Test func `a damaged byte never ends the process`() throws {
        let folder = try storeOfOneRun()
        let bytes = folder.read("runs.sqlite3")
        var random = Random(state: 5)
        for _ in 0..<120 {
            var damaged = bytes
            for _ in 0..<3 {
                // The greater part of the file is the checkpoint, where no byte matters.
                let place = Int(random.next() % UInt64(min(bytes.count, 60_000)))
                damaged[place] = UInt8(truncatingIfNeeded: random.next())
            }
            folder.write(damaged, to: "runs.sqlite3")
            do throws(RunStoreError) {
                let store = try RunStore(at: .folder(folder.path))
                try readAll(of: store)
                _ = try store.integrityCheck()
                try store.trim(RunLimits(runs: 0, bytes: 0, age: 0))
            } catch {
                #expect(!error.description.isEmpty)
            }
        }
    }

    @Test func `sizes that cannot be are damage`() throws {
        let store = try RunStore.inMemory()
        let id = try store.add()
        for column in ["events", "request_bytes", "checkpoint_bytes", "event_bytes"] {
            for value in [Int.max, -1] {
                try store.script("SAVEPOINT a; UPDATE runs SET \(column) = \(value)")
                let error = RunStoreError.damaged("run \(id) has sizes that cannot be")
                #expect(throws: error) { try store.run(id) }
                try store.script("ROLLBACK TO a; RELEASE a")
            }
        }
        #expect(try store.run(id).events == 0)
    }

    private func storeOfOneRun() throws -> TemporaryFolder {
        let folder = TemporaryFolder()
        let store = try RunStore(at: .folder(folder.path))
        let id = try store.create(request: [1], summary: [2], digest: [3], limits: .none).run.id
        try store.commit(
            RunChange(
                events: (1...50).map { .epoch($0) },
                checkpoint: [UInt8](repeating: 1, count: 100_000), state: .done, result: [4]),
            to: id)
        try store.close()
        return folder
    }

    private func readAll(of store: RunStore) throws(RunStoreError) {
        _ = try store.unfinished()
        for run in try store.page(limit: 10).runs {
            _ = try store.request(of: run.id)
            _ = try store.checkpoint(of: run.id)
            _ = try store.result(of: run.id)
            _ = try store.events(of: run.id, limit: 1000, bytes: .max)
        }
    }
}

/// SplitMix64.
private struct Random {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
