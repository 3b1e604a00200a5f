import RunStore
import Testing

@testable import GradientService

struct ActiveRunTests {
    private func run() throws -> (RunStore, ActiveRun) {
        let store = try RunStore(at: .memory)
        let made = try store.create(
            request: Array(Served.body().utf8), progress: RunProgress(epochs: 1_000_000),
            limits: TrainingsSettings().kept
        ).run
        let run = ActiveRun(
            made, store: store, arrays: ArrayBudget(limit: .max, retryAfter: 1),
            limits: ServiceLimits().detached, settings: TrainingsSettings())
        return (store, run)
    }

    @Test func `what is cancelled before its first turn does not begin`() throws {
        let (store, run) = try run()
        run.cancel()
        #expect(try !run.turn())
        let stored = try store.run(run.id)
        #expect(stored.state == .cancelled)
        #expect(stored.started == nil)
        let events = try lines(of: store.events(of: run.id).flatMap { $0.bytes + [0x0A] })
        #expect(try events.kinds == ["cancelled"])
    }

    @Test func `what is put aside before its first turn stays as it is`() throws {
        let (store, run) = try run()
        run.suspend()
        #expect(try !run.turn())
        let stored = try store.run(run.id)
        #expect(stored.state == .queued)
        #expect(stored.events == 0)
    }
}
