import RunStore
import Synchronization
import Training

/// A detached training at work.
///
/// What it has to tell is stored before anybody hears of it, together with the checkpoint that goes
/// with it or a later one. A run that goes on from an older checkpoint does some epochs again, to
/// the same bits, and the store leaves out what it was told before.
// Its turns follow one another, and all but the two flags is touched in them only, whence
// `@unchecked Sendable`.
final class ActiveRun: @unchecked Sendable {
    let id: RunID
    /// The events that are stored.
    private(set) var events: Int
    private let store: RunStore
    private let limits: ServiceLimits
    private let checkpointTime: Duration
    private let isCancelled = Atomic(false)
    private let isSuspended = Atomic(false)

    private var training: (any TrainingInProgress)?
    private var pending: [RunEvent] = []
    private var lastCommit = ContinuousClock.now
    private var lastCheckpoint = ContinuousClock.now

    /// What is told is stored that often, and not for each event: a power cut may not lose what was
    /// stored, which takes the disk some milliseconds.
    private static let commitTime = Duration.milliseconds(100)
    static let byRequest = "it was cancelled by request"

    init(_ run: Run, store: RunStore, limits: ServiceLimits, checkpointTime: Duration) {
        id = run.id
        events = run.events
        self.store = store
        self.limits = limits
        self.checkpointTime = checkpointTime
    }

    func cancel() { isCancelled.store(true, ordering: .relaxed) }

    func suspend() { isSuspended.store(true, ordering: .relaxed) }

    /// Goes on for one turn; whether there is more to do.
    func turn() throws(RunStoreError) -> Bool {
        if training == nil { training = try begin() }
        guard let training else { return false }
        let end = ContinuousClock.now + TrainingPool.slice
        let news = training.advance(
            while: { .now < end },
            unless: {
                self.isCancelled.load(ordering: .relaxed)
                    || self.isSuspended.load(ordering: .relaxed)
            })
        pending += news.map { RunEvent($0) }
        if training.outcome != nil {
            try finish(training)
            return false
        }
        if isCancelled.load(ordering: .relaxed) {
            let event = TrainingEvent.cancelled(training.progress, because: Self.byRequest)
            try commit(training, [event], checkpoint: training.checkpoint(), state: .cancelled)
            return false
        }
        if isSuspended.load(ordering: .relaxed) {
            try commit(training, checkpoint: training.checkpoint())
            return false
        }
        if .now - lastCheckpoint >= checkpointTime, let checkpoint = training.checkpoint() {
            let event = TrainingEvent.checkpoint(training.progress, bytes: checkpoint.count)
            try commit(training, [event], checkpoint: checkpoint)
            lastCheckpoint = .now
        } else if !pending.isEmpty, .now - lastCommit >= Self.commitTime {
            try commit(training)
        }
        return true
    }

    /// Reads what was asked for and how far it has come; nil where it cannot go on, which is stored.
    private func begin() throws(RunStoreError) -> (any TrainingInProgress)? {
        let run = try store.run(id)
        let (request, checkpoint) = (try store.request(of: id), try store.checkpoint(of: id))
        let made: any TrainingInProgress
        do throws(RequestError) {
            made = try Train.decode(request, within: limits)
                .goingOn(from: checkpoint, epochs: run.progress.epochs).start(within: limits)
        } catch {
            // It was in order when it was accepted: the limits have changed, or the program has.
            let event = TrainingEvent.refused(run.progress, error.detail)
            try store.commit(RunChange(events: [RunEvent(event)], state: .failed), to: id)
            events += 1
            return nil
        }
        // After a crash it goes on as if nothing had been: that it has begun is told already.
        let isNew = run.state == .queued
        try commit(
            made, isNew ? [.started(made.progress, stepsPerEpoch: made.stepsPerEpoch)] : [],
            state: .running)
        lastCheckpoint = .now
        return made
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
        checkpoint: [UInt8]? = nil, result: [UInt8]? = nil, state: RunState? = nil
    ) throws(RunStoreError) {
        let ids = try store.commit(
            RunChange(
                events: pending + more.map { RunEvent($0) }, checkpoint: checkpoint,
                progress: training.progress, state: state, result: result),
            to: id)
        events = ids.reduce(events) { max($0, $1 ?? 0) }
        pending = []
        lastCommit = .now
    }
}
