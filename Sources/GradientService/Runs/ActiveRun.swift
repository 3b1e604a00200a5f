import RunStore
import Synchronization
import Training

/// A detached training at work.
///
/// What it has to tell is stored before anybody hears of it, together with the checkpoint that goes
/// with it or a later one. A run that goes on from an older checkpoint does some epochs again, to
/// the same bits, and the store leaves out what it was told before.
///
/// What could not be stored is kept, and nothing further is computed until it is.
// Its turns follow one another, and all but the two flags is touched in them only, whence
// `@unchecked Sendable`.
final class ActiveRun: @unchecked Sendable {
    let id: RunID
    /// The events that are stored.
    private(set) var events: Int
    private let store: RunStore
    private let arrays: ArrayBudget
    private let limits: ServiceLimits
    private let settings: TrainingsSettings
    private let isCancelled = Atomic(false)
    private let isSuspended = Atomic(false)

    private var training: (any TrainingInProgress)?
    private var share: ArrayShare?
    /// Whether it could not begin, as others have all the memory.
    private(set) var lacksRoom = false
    private var pending: [RunEvent] = []
    /// What is to be stored before anything else happens, and whether the run goes on after it.
    private(set) var due: (change: RunChange, goesOn: Bool)?
    private var lastCommit = ContinuousClock.now
    private var lastCheckpoint = ContinuousClock.now

    /// What is told is stored that often, and not for each event: a power cut may not lose what was
    /// stored, which takes the disk some milliseconds.
    private static let commitTime = Duration.milliseconds(100)
    static let byRequest = "it was cancelled by request"

    init(
        _ run: Run, store: RunStore, arrays: ArrayBudget, limits: ServiceLimits,
        settings: TrainingsSettings
    ) {
        id = run.id
        events = run.events
        self.store = store
        self.arrays = arrays
        self.limits = limits
        self.settings = settings
    }

    func cancel() { isCancelled.store(true, ordering: .relaxed) }

    func suspend() { isSuspended.store(true, ordering: .relaxed) }

    /// Whether it has been told to end, for now or for good.
    var isToEnd: Bool { wasCancelled || isSuspended.load(ordering: .relaxed) }
    var wasCancelled: Bool { isCancelled.load(ordering: .relaxed) }

    /// Goes on for one turn; whether there is more to do.
    func turn() throws(RunStoreError) -> Bool {
        if let due {
            try settle()
            guard due.goesOn else { return false }
        }
        if training == nil { try begin() }
        guard let training else { return lacksRoom }
        var turn = TrainingTurn()
        let news = training.advance(while: { turn.hasTime() }, unless: { self.isToEnd })
        pending += news.map { RunEvent($0) }
        if training.outcome != nil {
            try finish(training)
            return false
        }
        if wasCancelled {
            let event = TrainingEvent.cancelled(training.progress, because: Self.byRequest)
            try commit(training, [event], checkpoint: training.checkpoint(), state: .cancelled)
            return false
        }
        if isToEnd {
            try commit(training, checkpoint: training.checkpoint(), goesOn: false)
            return false
        }
        if .now - lastCheckpoint >= settings.checkpointTime,
            let checkpoint = training.checkpoint()
        {
            let event = TrainingEvent.checkpoint(training.progress, bytes: checkpoint.count)
            lastCheckpoint = .now
            try commit(training, [event], checkpoint: checkpoint)
        } else if !pending.isEmpty, .now - lastCommit >= Self.commitTime {
            try commit(training)
        }
        return true
    }

    /// Ends it as failed where it stands in the store, as `error` keeps it from going on. Of one that
    /// is too large the checkpoint is stored in the place of the one before, if that fits.
    func fail(because error: RunStoreError) throws(RunStoreError) {
        let run = try store.run(id)
        if case .runTooLarge = error, let training, let checkpoint = training.checkpoint() {
            do throws(RunStoreError) {
                let event = TrainingEvent.refused(training.progress, error.description)
                return try note(
                    RunChange(
                        events: pending + [RunEvent(event)], checkpoint: checkpoint,
                        progress: training.progress, state: .failed),
                    limit: settings.kept.bytesOfRun)
            } catch .runTooLarge {}
        }
        let event = TrainingEvent.refused(run.progress, error.description)
        try note(RunChange(events: [RunEvent(event)], state: .failed), limit: .max)
    }

    /// Reads what was asked for and how far it has come; that it cannot go on, or is not to, is stored.
    private func begin() throws(RunStoreError) {
        lacksRoom = false
        let run = try store.run(id)
        guard !isToEnd else { return try stayUnbegun(run) }
        let (request, checkpoint) = (try store.request(of: id), try store.checkpoint(of: id))
        let made: any TrainingInProgress
        do throws(RequestError) {
            let share = try arrays.share(forBody: request.count + (checkpoint?.count ?? 0))
            let train = try Train.decode(request, within: limits)
            try share.take(arrays: train.arrayBytes)
            made = try train.goingOn(from: checkpoint, epochs: run.progress.epochs)
                .start(within: limits, unless: { self.isToEnd })
            self.share = share
        } catch .noRoomForArrays {
            lacksRoom = true
            return
        } catch .cancelled {
            return try stayUnbegun(run)
        } catch {
            // It was in order when it was accepted: the limits have changed, or the program has.
            let event = TrainingEvent.refused(run.progress, error.detail)
            due = (RunChange(events: [RunEvent(event)], state: .failed), false)
            return try settle()
        }
        // After a crash it goes on as if nothing had been: that it has begun is told already.
        let isNew = run.state == .queued
        training = made
        lastCheckpoint = .now
        try commit(
            made, isNew ? [.started(made.progress, stepsPerEpoch: made.stepsPerEpoch)] : [],
            state: .running)
    }

    /// Leaves it as it stands in the store; of one that was cancelled that is told.
    private func stayUnbegun(_ run: Run) throws(RunStoreError) {
        guard wasCancelled else { return }
        let event = TrainingEvent.cancelled(run.progress, because: Self.byRequest)
        due = (RunChange(events: [RunEvent(event)], state: .cancelled), false)
        try settle()
    }

    private func finish(_ training: any TrainingInProgress) throws(RunStoreError) {
        // The result is kept beside the events, where it is not read with each of them.
        let event = TrainingEvent.ended(training)
        let hasFailed = event.kind == .failed
        try commit(
            training, [event], checkpoint: training.checkpoint(), result: training.body(),
            state: hasFailed ? .failed : .done)
    }

    /// Stores what there is to tell with all that belongs to it. Until that has succeeded, nothing is
    /// taken for told.
    private func commit(
        _ training: any TrainingInProgress, _ more: [TrainingEvent] = [],
        checkpoint: [UInt8]? = nil, result: [UInt8]? = nil, state: RunState? = nil,
        goesOn: Bool = true
    ) throws(RunStoreError) {
        let change = RunChange(
            events: pending + more.map { RunEvent($0) }, checkpoint: checkpoint,
            progress: training.progress, state: state, result: result)
        due = (change, goesOn && state?.hasEnded != true)
        try settle()
    }

    private func settle() throws(RunStoreError) {
        guard let due else { return }
        try note(due.change, limit: settings.kept.bytesOfRun)
        self.due = nil
    }

    private func note(_ change: RunChange, limit: Int) throws(RunStoreError) {
        let ids = try store.commit(change, to: id, limit: limit)
        events = ids.reduce(events) { max($0, $1 ?? 0) }
        pending = []
        lastCommit = .now
    }
}
