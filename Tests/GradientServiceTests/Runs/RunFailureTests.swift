import Dispatch
import JSON
import Testing

@testable import GradientService
@testable import RunStore

/// Runs that cannot be stored, or not be read.
struct RunFailureTests {
    /// As on a full disk, nothing can be written from now on, and all be read.
    private func fill(_ store: RunStore) throws { try script("PRAGMA query_only = ON", store) }

    private func makeRoom(in store: RunStore) throws {
        try script("PRAGMA query_only = OFF", store)
    }

    private func script(_ sql: String, _ store: RunStore) throws {
        try store.perform { connection, _ throws(RunStoreError) in try connection.script(sql) }
    }

    private func delete(_ served: Served, _ id: RunID) throws -> Int {
        try served.service.answer("DELETE", "/runs/\(id)").status.code
    }

    /// A run whose file is full, and which waits to store what is due.
    private func stuck() throws -> (served: Served, id: RunID) {
        let served = try Served { $0.checkpointTime = .zero }
        let body = Served.body().replacing(#""report_every": 100"#, with: #""report_every": 1"#)
        let id = try served.submit(body)
        _ = try served.run(id) { $0.progress.epoch > 0 }
        try fill(served.runs.store)
        while try !served.runs.isResting(id) { try served.settle() }
        return (served, id)
    }

    // MARK: Too large

    @Test func `a run that grows beyond its share has failed, and no other goes for it`() throws {
        let served = try Served {
            $0.kept.bytes = 8 << 20
            $0.checkpointTime = .zero
        }
        let small = try (0..<5).map { _ in
            try served.submit(Served.body(epochs: 2), epochs: 2)
        }
        for id in small { _ = try served.ended(id) }
        let body = Served.body().replacing(#""report_every": 100"#, with: #""report_every": 1"#)
        let id = try served.submit(body)
        let run = try served.ended(id)
        #expect(run.state == .failed)
        // What it had, and a last event that tells why.
        #expect((1 << 20...(2 << 20) + 1000).contains(run.sizes.total))
        #expect(try served.runs.store.checkpoint(of: id)?.isEmpty == false)
        let last = try JSONDocument(
            parsing: #require(
                try served.runs.store.events(of: id, after: run.events - 1).last
            ).bytes
        ).root
        #expect(try last["/outcome"]?.string() == "refused")
        #expect(try last["/detail"]?.string().contains("at most 2097152") == true)
        try served.settle()
        for id in small + [id] {
            #expect(try served.service.answer("GET", "/runs/\(id)").status == .ok)
        }
    }

    @Test func `a run whose end is too large has failed`() throws {
        let body = Served.body(epochs: 2, also: #", "checkpoint": true"#)
        let served = try Served { $0.kept.bytes = 4 * (body.utf8.count + 500) }
        let id = try served.submit(body, epochs: 2)
        let run = try served.ended(id)
        #expect(run.state == .failed)
        #expect(try served.runs.store.result(of: id) == nil)
    }

    // MARK: A full disk

    @Test func `nothing is computed until what is due is stored`() throws {
        let store = try RunStore(at: .memory)
        let made = try store.create(
            request: Array(Served.body().utf8), progress: RunProgress(epochs: 1_000_000),
            limits: TrainingsSettings().kept
        ).run
        var settings = TrainingsSettings()
        settings.checkpointTime = .zero
        let run = ActiveRun(
            made, store: store, arrays: ArrayBudget(limit: .max, retryAfter: 1),
            limits: ServiceLimits().detached, settings: settings)
        #expect(try run.turn())
        try fill(store)
        while true {
            do throws(RunStoreError) { _ = try run.turn() } catch { break }
        }
        let due = try #require(run.due).change
        for _ in 0..<3 {
            #expect(throws: RunStoreError.readOnly) { try run.turn() }
            #expect(run.due?.change == due)
        }
        try makeRoom(in: store)
        #expect(try run.turn())
        #expect(try store.run(made.id).progress.epoch >= due.progress?.epoch ?? .max)
    }

    @Test func `a run that cannot be noted as cancelled ends, and is noted when it can be`() throws
    {
        let (served, id) = try stuck()
        #expect(try delete(served, id) == 507)
        #expect(try served.runs.turns.sync { try served.runs.active.isEmpty })
        let run = try served.runs.store.run(id)
        #expect(run.state == .running)
        // It is not taken on again.
        try served.runs.takeOn()
        #expect(try served.runs.turns.sync { try served.runs.active.isEmpty })
        #expect(try delete(served, id) == 507)
        try makeRoom(in: served.runs.store)
        let ended = try served.run(id) { $0.state == .cancelled }
        #expect(ended.progress == run.progress)
        #expect(try served.runs.resume(id, epochs: run.progress.epoch + 1).state == .queued)
    }

    @Test func `a second DELETE notes it too`() throws {
        let (served, id) = try stuck()
        #expect(try delete(served, id) == 507)
        try makeRoom(in: served.runs.store)
        #expect([200, 204].contains(try delete(served, id)))
    }

    @Test func `a run that cannot be stored does not hold up the end of the service`() throws {
        let (served, id) = try stuck()
        served.trainings.suspend()
        #expect(throws: RunStoreError.closed) { try served.runs.store.run(id) }
    }

    // MARK: Damage

    @Test(arguments: ["DELETE FROM chunks", "UPDATE runs SET checkpoint_bytes = 7"])
    func `a run that cannot be read has failed, and says why`(damage: String) throws {
        let store = try RunStore(at: .memory)
        let limits = TrainingsSettings().kept
        let ids = try (0..<2).map { _ in
            try store.create(
                request: Array(Served.body(epochs: 3).utf8), progress: RunProgress(epochs: 3),
                limits: limits
            ).run.id
        }
        try script(
            "\(damage) WHERE \(damage.hasPrefix("DELETE") ? "run = 1" : "number = 1")", store)
        let served = try Served(store: store) { $0.detachedAtOnce = 1 }
        #expect(try served.ended(ids[0]).state == .failed)
        let events = try served.events(of: ids[0])
        #expect(try events.kinds == ["failed"])
        #expect(try events[0]["/detail"]?.string().contains("damaged") == true)
        #expect(try served.ended(ids[1]).state == .done)
    }

    @Test func `a row that cannot be read keeps no other from being listed, or gone on with`()
        throws
    {
        let store = try RunStore(at: .memory)
        let limits = TrainingsSettings().kept
        let ids = try (0..<2).map { _ in
            try store.create(
                request: Array(Served.body(epochs: 3).utf8), progress: RunProgress(epochs: 3),
                limits: limits
            ).run.id
        }
        try script("UPDATE runs SET events = -1 WHERE number = 1", store)
        let served = try Served(store: store) { $0.detachedAtOnce = 1 }
        #expect(try served.ended(ids[1]).state == .done)
        let list = try Answer(served.service.answer("GET", "/runs"))
        #expect(list.status == 200)
        #expect(try list.number("/unreadable") == 1)
        #expect(try Array(#require(list["/runs"]).elements()).count == 1)
        #expect(try served.service.answer("GET", "/runs/\(ids[0])").status.code == 503)
        #expect(try delete(served, ids[0]) == 204)
        #expect(try Answer(served.service.answer("GET", "/runs"))["/unreadable"] == nil)
    }

    // MARK: Races

    @Test func `a run that ends by itself before it is cancelled is as it ended`() throws {
        let served = try Served { $0.detachedAtOnce = 1 }
        let other = try served.submit()
        let id = try served.submit(Served.body(epochs: 1), epochs: 1)
        let before = try served.runs.store.run(id)
        #expect(before.state == .queued)
        try served.cancel(other)
        let ended = try served.ended(id)
        try served.runs.end(before)
        #expect(try served.runs.store.run(id) == ended)
    }
}
