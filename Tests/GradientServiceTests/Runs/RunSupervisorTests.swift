import Dispatch
import Foundation
import JSON
import RunStore
import Testing

@testable import GradientService

/// Trainings that are left to themselves.
struct RunSupervisorTests {
    @Test func `a run is done in order, and told of`() throws {
        let served = try Served()
        let id = try served.submit(Served.body(epochs: 250), epochs: 250)
        let run = try served.ended(id)
        #expect(run.state == .done)
        #expect(run.progress == RunProgress(epoch: 250, epochs: 250, step: 250))
        let events = try served.events(of: id)
        #expect(try events.kinds == ["started", "epoch", "epoch", "epoch", "done"])
        #expect(try events.map { try $0["/epoch"]?.integer() } == [0, 100, 200, 250, 250])
        #expect(run.events == events.count)
    }

    @Test func `a run has a checkpoint at its end, to be gone on from`() throws {
        let served = try Served()
        func body(_ epochs: Int) -> String {
            // Each epoch, for a training in parts reports the last of each part too.
            Served.body(epochs: epochs)
                .replacing(#""report_every": 100"#, with: #""report_every": 1"#)
        }
        let id = try served.submit(body(3), epochs: 3)
        _ = try served.ended(id)
        let resumed = try served.runs.resume(id, epochs: 7)
        #expect(resumed.progress.epochs == 7)
        let run = try served.ended(id)
        #expect(run.state == .done)
        #expect(run.progress.epoch == 7)
        #expect(
            try served.runs.store.result(of: id)
                == GradientService().answer("train", body: Array(body(7).utf8))?.body
        )
        #expect(
            try served.events(of: id).kinds
                == ["started", "epoch", "epoch", "epoch", "done"]
                + ["started", "epoch", "epoch", "epoch", "epoch", "done"])
    }

    @Test func `a run at work is cancelled where it is, and can go on from there`() throws {
        let served = try Served()
        let id = try served.submit()
        _ = try served.run(id) { $0.progress.epoch > 0 }
        try served.cancel(id)
        let run = try served.runs.store.run(id)
        #expect(run.state == .cancelled)
        #expect(run.progress.epoch > 0 && run.progress.epoch < 1_000_000)
        #expect(run.sizes.checkpoint > 0)
        #expect(try served.events(of: id).kinds.last == "cancelled")
        _ = try served.runs.resume(id, epochs: run.progress.epoch + 1)
        let end = try served.ended(id)
        #expect(end.state == .done)
        #expect(end.progress.epoch == run.progress.epoch + 1)
    }

    @Test func `a run that waits is cancelled before it begins`() throws {
        let served = try Served { $0.detachedAtOnce = 1 }
        let (first, second) = (try served.submit(), try served.submit())
        try served.cancel(second)
        let run = try served.runs.store.run(second)
        #expect(run.state == .cancelled)
        #expect(run.started == nil)
        #expect(try served.events(of: second).kinds == ["cancelled"])
        try served.cancel(first)
    }

    @Test func `a run that was cancelled leaves its place to the next`() throws {
        let served = try Served { $0.detachedAtOnce = 1 }
        let (first, second) = (
            try served.submit(), try served.submit(Served.body(epochs: 2), epochs: 2)
        )
        _ = try served.run(first) { $0.state == .running }
        #expect(try served.runs.store.run(second).state == .queued)
        try served.cancel(first)
        #expect(try served.ended(second).state == .done)
    }

    @Test func `a run that has ended is cancelled without harm`() throws {
        let served = try Served()
        let id = try served.submit(Served.body(epochs: 1), epochs: 1)
        _ = try served.ended(id)
        try served.cancel(id)
        #expect(try served.runs.store.run(id).state == .done)
    }

    @Test func `a run that diverges has failed, and has its answer`() throws {
        let body = Worked.body(
            also: #", "training": {"optimizer": "sgd", "learning_rate": 1e6, "epochs": 99}"#)
        let served = try Served()
        let id = try served.submit(body, epochs: 99)
        #expect(try served.ended(id).state == .failed)
        #expect(try served.events(of: id).last?["/outcome"]?.string() == "diverged")
        #expect(
            try served.runs.store.result(of: id)
                == GradientService().answer("train", body: Array(body.utf8))?.body)
    }

    @Test func `a stored run that the limits no longer allow has failed, and says why`() throws {
        let store = try RunStore(at: .memory)
        let body = Array(Served.body(epochs: 3).utf8)
        let id = try store.create(
            request: body, progress: RunProgress(epochs: 3),
            limits: TrainingsSettings().kept
        ).run.id
        var limits = ServiceLimits()
        limits.steps = 2
        let served = try Served(store: store, limits: limits)
        #expect(try served.ended(id).state == .failed)
        let events = try served.events(of: id)
        #expect(try events.kinds == ["failed"])
        #expect(try events[0]["/outcome"]?.string() == "refused")
        #expect(try events[0]["/detail"]?.string().contains("limit of 2 steps") == true)
    }

    @Test func `a run that is forgotten at work is let go of`() throws {
        let served = try Served { $0.detachedAtOnce = 1 }
        let (first, second) = (
            try served.submit(), try served.submit(Served.body(epochs: 2), epochs: 2)
        )
        _ = try served.run(first) { $0.state == .running }
        try served.runs.store.delete(first)
        #expect(try served.ended(second).state == .done)
    }

    // MARK: From one start to the next

    @Test func `a run goes on after a restart, to the same bits`() throws {
        let folder = FileManager.default.temporaryDirectory.appending(
            path: "gradientd-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(at: folder) }
        let body = Served.body(epochs: 3000)
        let before = try Served(store: RunStore(at: .folder(folder.path)))
        let id = try before.submit(body, epochs: 3000)
        _ = try before.run(id) { $0.events > 0 }
        before.trainings.suspend()

        let store = try RunStore(at: .folder(folder.path))
        let left = try store.run(id)
        #expect(left.state == .running)
        #expect(left.progress.epoch < 3000)
        let after = try Served(store: store)
        #expect(try after.ended(id).state == .done)
        #expect(
            try store.result(of: id)
                == GradientService().answer("train", body: Array(body.utf8))?.body)
        let events = try after.events(of: id)
        #expect(try events.kinds == ["started"] + Array(repeating: "epoch", count: 30) + ["done"])
        #expect(
            try events[1...30].map { try $0["/epoch"]?.integer() } == (1...30).map { 100 * $0 })
    }

    @Test func `nothing is taken on after the end`() throws {
        let served = try Served()
        served.trainings.suspend()
        let error = #expect(throws: RunStoreError.self) { try served.submit() }
        #expect(error == .closed)
    }

    // MARK: Listeners

    @Test func `who waits for an event that is there is called at once`() throws {
        let served = try Served()
        let id = try served.submit(Served.body(epochs: 1), epochs: 1)
        _ = try served.ended(id)
        let isThere = DispatchSemaphore(value: 0)
        for last in [0, 1, 99] { try served.runs.wait(for: id, after: last) { isThere.signal() } }
        for _ in 0..<3 { try isThere.awaited() }
    }

    @Test func `who waits is called when there is more, and once`() throws {
        let served = try Served { $0.detachedAtOnce = 1 }
        let first = try served.submit()
        let id = try served.submit()
        let isThere = DispatchSemaphore(value: 0)
        try served.runs.wait(for: id, after: 0) { isThere.signal() }
        #expect(isThere.wait(timeout: .now()) == .timedOut)
        try served.runs.wake(id)
        try served.runs.wake(id)
        try isThere.awaited()
        #expect(isThere.wait(timeout: .now()) == .timedOut)
        for run in [first, id] { try served.cancel(run) }
    }

    @Test func `who waits is called at the end of all`() throws {
        let served = try Served { $0.detachedAtOnce = 1 }
        _ = try served.submit()
        let id = try served.submit()
        let isThere = DispatchSemaphore(value: 0)
        try served.runs.wait(for: id, after: 0) { isThere.signal() }
        served.trainings.suspend()
        try isThere.awaited()
    }
}
