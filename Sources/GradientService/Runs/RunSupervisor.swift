import Dispatch
import HTTP
import JSON
import RunStore
import Synchronization

/// Sees to the detached trainings: takes them on, has them take their turns, stores what comes of
/// them, and tells whoever listens. After a restart it goes on with those that have not ended.
// `active`, `waiting` and `isSuspended` are touched on `turns` only, whence `@unchecked Sendable`. A
// queue and not a `Mutex`, whose locking on Linux the thread sanitizer cannot see.
final class RunSupervisor: @unchecked Sendable {
    let store: RunStore
    let settings: TrainingsSettings
    private let pool: TrainingPool
    private let limits: ServiceLimits
    private let turns = DispatchQueue(label: "runs")
    private var active: [RunID: ActiveRun] = [:]
    private var waiting: [RunID: [@Sendable () -> Void]] = [:]
    private var isSuspended = false
    /// Entered by each active run.
    private let atWork = DispatchGroup()

    /// After a failure of the store, such as a full disk, a run tries again that much later.
    private static let retryTime = DispatchTimeInterval.seconds(1)

    init(_ store: RunStore, settings: TrainingsSettings, pool: TrainingPool, limits: ServiceLimits)
    {
        self.store = store
        self.settings = settings
        self.pool = pool
        self.limits = limits
    }

    /// Goes on with the runs that have not ended, and takes on those that wait, while there is room.
    func takeOn() {
        guard let unfinished = try? store.unfinished() else { return }
        turns.sync {
            for run in unfinished {
                guard !isSuspended, active.count < settings.detachedAtOnce else { break }
                if active[run.id] == nil { begin(run) }
            }
        }
    }

    private func begin(_ run: Run) {
        let own = ActiveRun(
            run, store: store, limits: limits, checkpointTime: settings.checkpointTime)
        active[run.id] = own
        atWork.enter()
        pool.add { self.takeTurn(own) }
    }

    /// One turn of a run, on a thread of the pool; whether it wants another.
    private func takeTurn(_ run: ActiveRun) -> Bool {
        do throws(RunStoreError) {
            let told = run.events
            let goesOn = try run.turn()
            if run.events != told || !goesOn { wake(run.id) }
            if !goesOn { leave(run) }
            return goesOn
        } catch {
            switch error {
            case .unknownRun, .ended, .closed:
                // It was forgotten, or the service ends: nobody wants to know.
                leave(run)
            default:
                turns.asyncAfter(deadline: .now() + Self.retryTime) {
                    self.pool.add { self.takeTurn(run) }
                }
            }
            return false
        }
    }

    private func leave(_ run: ActiveRun) {
        turns.sync { active[run.id] = nil }
        wake(run.id)
        trim()
        atWork.leave()
        takeOn()
    }

    // MARK: Orders

    /// Stores a run, which has been found to be in order, and takes it on when there is room.
    func submit(
        _ request: [UInt8], key: IdempotencyKey?, epochs: Int
    ) throws(RunStoreError) -> (run: Run, isNew: Bool) {
        let made = try store.create(
            request: request, key: key, digest: request.digest,
            progress: RunProgress(epoch: 0, epochs: epochs, step: 0), limits: settings.kept)
        takeOn()
        return made
    }

    /// Ends a run; `then` is called when it has ended.
    func cancel(_ id: RunID, then: @escaping @Sendable () -> Void) throws(RunStoreError) {
        let isActive = turns.sync { () -> Bool in
            guard let run = active[id] else { return false }
            run.cancel()
            waiting[id, default: []].append { self.cancelled(id, then) }
            return true
        }
        if isActive { return }
        let run = try store.run(id)
        if !run.state.hasEnded {
            let event = TrainingEvent.cancelled(run.progress, because: ActiveRun.byRequest)
            try store.commit(
                RunChange(events: [RunEvent(event)], state: .cancelled), to: id)
            wake(id)
        }
        then()
    }

    /// A run that is told to end may have something to tell before it does.
    private func cancelled(_ id: RunID, _ then: @escaping @Sendable () -> Void) {
        let isOver = turns.sync { () -> Bool in
            guard active[id] != nil else { return true }
            waiting[id, default: []].append { self.cancelled(id, then) }
            return false
        }
        if isOver { then() }
    }

    /// Forgets what is kept for longer than it is to be.
    func trim() {
        let gone = try? store.trim(settings.kept)
        for id in gone ?? [] { wake(id) }
    }

    /// Refuses so many epochs in all where they are more than the limits allow.
    func check(_ run: Run, epochs: Int) throws(RequestError) {
        let (request, checkpoint) = try refusing { () throws(RunStoreError) in
            (try store.request(of: run.id), try store.checkpoint(of: run.id))
        }
        do throws(RequestError) {
            _ = try Train.decode(request, within: limits)
                .goingOn(from: checkpoint, epochs: epochs).start(within: limits)
        } catch {
            // What is wrong is said of the run's request; this one has the epochs alone.
            throw .badField("epochs", "cannot be \(epochs) in all: \(error.detail)")
        }
    }

    /// Has a run that has ended go on for more epochs.
    func resume(_ id: RunID, epochs: Int) throws(RunStoreError) -> Run {
        let run = try store.resume(id, epochs: epochs)
        takeOn()
        return run
    }

    /// Stores where every run is, and lets go of them all; they go on after a restart.
    func suspend() {
        turns.sync {
            isSuspended = true
            for run in active.values { run.suspend() }
        }
        _ = atWork.wait(timeout: .now() + .seconds(20))
        let listeners = turns.sync {
            defer { waiting = [:] }
            return waiting.values.flatMap(\.self)
        }
        for listener in listeners { listener() }
        try? store.close()
    }

    // MARK: Listeners

    /// Whether no run tells anything any more.
    var isEnding: Bool { turns.sync { isSuspended } }

    /// Calls `then` once when there are more events of a run than that, or none will come.
    func wait(for id: RunID, after last: Int, then: @escaping @Sendable () -> Void) {
        // Entered first: what comes in between is not missed, and being called too often is no harm.
        turns.sync { waiting[id, default: []].append(then) }
        guard !isEnding, let run = try? store.run(id), !run.state.hasEnded, run.events <= last
        else { return wake(id) }
    }

    /// Has everybody who waits for a run look again.
    func wake(_ id: RunID) {
        let listeners = turns.sync { waiting.removeValue(forKey: id) ?? [] }
        for listener in listeners { listener() }
    }
}

extension [UInt8] {
    /// A digest that tells requests apart by chance, not against an enemy: its owner's own key is
    /// the only thing that it can be confused under (FNV-1a, of 64 bits, over the bytes).
    var digest: [UInt8] {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in self { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        return Array("\(hash) \(count)".utf8)
    }
}
