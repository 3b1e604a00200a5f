import Dispatch
import RunStore

/// Sees to the detached trainings: takes them on, has them take their turns, stores what comes of
/// them, and tells whoever listens. After a restart it goes on with those that have not ended.
// All that can change is touched on `turns` only, whence `@unchecked Sendable`. A queue and not a
// `Mutex`, whose locking on Linux the thread sanitizer cannot see.
final class RunSupervisor: @unchecked Sendable {
    let store: RunStore
    let settings: TrainingsSettings
    let limits: ServiceLimits
    private let pool: TrainingPool
    let arrays: ArrayBudget
    let turns = DispatchQueue(label: "runs")
    private(set) var active: [RunID: ActiveRun] = [:]
    /// Those of them that could not store what is due, or have no memory, and wait to try again.
    private var resting: Set<RunID> = []
    /// Those that have ended but for the store, which could not be told: there they are unfinished.
    var unnoted: [RunID: (end: RunChange, error: RunStoreError)] = [:]
    private var willNote = false
    var waiting: [RunID: [@Sendable () -> Void]] = [:]
    var isSuspended = false
    /// Entered by each active run.
    let atWork = DispatchGroup()

    /// After a failure of the store, such as a full disk, or without memory, it is tried again that much
    /// later.
    private static let retryTime = DispatchTimeInterval.seconds(1)

    init(
        _ store: RunStore, settings: TrainingsSettings, pool: TrainingPool, arrays: ArrayBudget,
        limits: ServiceLimits
    ) {
        self.store = store
        self.settings = settings
        self.pool = pool
        self.arrays = arrays
        self.limits = limits
    }

    /// Goes on with the runs that have not ended, and takes on those that wait, while there is room.
    func takeOn() {
        noteEnds()
        guard let unfinished = try? store.unfinished() else { return }
        turns.sync {
            for run in unfinished {
                guard !isSuspended, active.count < settings.detachedAtOnce else { break }
                if active[run.id] == nil, unnoted[run.id] == nil { begin(run) }
            }
        }
    }

    private func begin(_ run: Run) {
        let own = ActiveRun(run, store: store, arrays: arrays, limits: limits, settings: settings)
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
            if goesOn, run.lacksRoom {
                rest(run)
                return false
            }
            return goesOn
        } catch {
            switch error {
            case .unknownRun, .ended, .closed:
                // It was forgotten, or the service ends: nobody wants to know.
                leave(run)
            case _ where run.wasCancelled:
                leave(run, ending: .cancelled, because: error)
            case _ where run.isToEnd:
                // It goes on from what was stored before.
                leave(run)
            case .damaged, .runTooLarge, .tooLarge:
                do throws(RunStoreError) {
                    try run.fail(because: error)
                    leave(run)
                } catch {
                    leave(run, ending: .failed, because: error)
                }
            default:
                rest(run)
            }
            return false
        }
    }

    // MARK: Trying again

    private func rest(_ run: ActiveRun) {
        turns.sync {
            resting.insert(run.id)
            // It was told so in between.
            if run.isToEnd { goOn(run) }
        }
        turns.asyncAfter(deadline: .now() + Self.retryTime) { self.goOn(run) }
    }

    func isResting(_ id: RunID) -> Bool { turns.sync { resting.contains(id) } }

    /// Has a run that waits try again now. Only on `turns`.
    func goOn(_ run: ActiveRun) {
        guard resting.remove(run.id) != nil else { return }
        pool.add { self.takeTurn(run) }
    }

    /// Lets go of a run whose end the store could not be told of with all that goes with it. The
    /// end by itself is small, and is stored now or as soon as it can be; nothing is computed for it.
    private func leave(_ run: ActiveRun, ending state: RunState, because error: RunStoreError) {
        let progress = (try? store.run(run.id))?.progress ?? RunProgress()
        let event: TrainingEvent =
            state == .failed
            ? .refused(progress, error.description)
            : .cancelled(progress, because: ActiveRun.byRequest)
        let end = RunChange(events: [RunEvent(event)], state: state)
        turns.sync { unnoted[run.id] = (end, error) }
        noteEnds()
        leave(run)
    }

    private func leave(_ run: ActiveRun) {
        turns.sync { active[run.id] = nil }
        wake(run.id)
        trim(sparing: run.id)
        atWork.leave()
        takeOn()
    }

    /// Stores the ends that are not; tries again later where it still cannot.
    private func noteEnds() {
        for (id, noted) in turns.sync(execute: { unnoted }) {
            do throws(RunStoreError) {
                try store.commit(noted.end, to: id)
            } catch {
                switch error {
                case .ended, .unknownRun: break
                // It stays as it is until the service is started again.
                case .closed, .damaged: continue
                default:
                    noteLater()
                    continue
                }
            }
            turns.sync { unnoted[id] = nil }
            wake(id)
        }
    }

    private func noteLater() {
        let isNew = turns.sync { () -> Bool in
            defer { willNote = true }
            return !willNote
        }
        guard isNew else { return }
        turns.asyncAfter(deadline: .now() + Self.retryTime) {
            self.willNote = false
            guard !self.isSuspended, !self.unnoted.isEmpty else { return }
            self.pool.add {
                self.takeOn()
                return false
            }
        }
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
