import Dispatch
import HTTP
import Machine
import RunStore
import Synchronization

/// All trainings of a service: those that are waited for, those that are watched, and those that are
/// left to themselves. They take turns on the same few threads.
public final class Trainings: Sendable {
    let pool: TrainingPool
    /// The detached ones, or why there can be none.
    let runs: Result<RunSupervisor, RunStoreError>
    /// Those whose callers wait: each holds its batch in memory.
    private let attended = Atomic(0)
    private let isEnding = Atomic(false)
    let settings: TrainingsSettings
    /// The memory of these, and of all other computations.
    let arrays: ArrayBudget

    /// `store` keeps the detached trainings; those of before that have not ended go on.
    public init(
        store: Result<RunStore, RunStoreError>, settings: TrainingsSettings = .init(),
        limits: ServiceLimits = .init()
    ) {
        let pool = TrainingPool(threads: settings.threads)
        let arrays = ArrayBudget(limit: limits.memory, retryAfter: 1)
        self.pool = pool
        self.arrays = arrays
        self.settings = settings
        runs = store.map { store in
            RunSupervisor(
                store, settings: settings, pool: pool, arrays: arrays, limits: limits.detached)
        }
        if case .success(let runs) = runs {
            runs.trim()
            runs.takeOn()
        }
    }

    /// Ends those whose callers wait when they have had their time to finish: a stream by its last
    /// event, which has a checkpoint, any other by a refusal.
    public func drain() {
        DispatchQueue.global().asyncAfter(
            deadline: .now() + .milliseconds(Int(settings.drainTime.inSeconds * 1000))
        ) { self.endAttended() }
    }

    func endAttended() { isEnding.store(true, ordering: .relaxed) }

    /// Whether those whose callers wait are to end.
    var areEnding: Bool { isEnding.load(ordering: .relaxed) }

    /// Stores where every detached training is, within a few seconds; they go on after a restart.
    public func suspend() {
        if case .success(let runs) = runs { runs.suspend() }
    }

    /// Counts a training whose caller waits; refused where there are too many.
    func enter(retryAfter seconds: Int) throws(RequestError) {
        guard attended.wrappingAdd(1, ordering: .relaxed).newValue > settings.attendedAtOnce else {
            return
        }
        leave()
        throw .message(.overloaded(retryAfter: seconds))
    }

    func leave() {
        attended.wrappingSubtract(1, ordering: .relaxed)
    }

    /// Has a training take its turns, and delivers its answer at the end.
    func run(
        _ job: TrainingJob, _ service: GradientService,
        _ isCancelled: @escaping @Sendable () -> Bool, until deadline: ContinuousClock.Instant,
        _ deliver: @escaping @Sendable (HTTPResponse) -> Void
    ) {
        pool.add {
            let response: HTTPResponse
            do throws(RequestError) {
                guard
                    let body = try job.turn(isCancelled: { isCancelled() || self.areEnding })
                else { return true }
                response = HTTPResponse(
                    status: .ok, contentType: "application/json", body: body)
            } catch {
                response = service.refusal(
                    of: error, isOutOfTime: .now >= deadline, also: job.writeCheckpoint)
            }
            self.leave()
            deliver(response)
            return false
        }
    }

    /// Leaves a training to itself: it is found to be in order, stored, and told by its name.
    func leave(
        _ asked: Asked, key: IdempotencyKey?, limits: ServiceLimits
    ) throws(RequestError) -> HTTPResponse {
        let runs = try runs.orRefusal()
        let share = try arrays.share(forBody: asked.content.count)
        defer { withExtendedLifetime(share) {} }
        let body = asked.content.take()
        let train = try Train.decode(copy body, within: limits.detached)
        if train.request.isDryRun {
            throw .invalidFields(
                InvalidFields(
                    FieldFault(.root.appending("dry_run"), "computes nothing to be left alone")))
        }
        try share.take(arrays: train.arrayBytes)
        // A checkpoint of the request's own counts as done.
        let progress = try train.start(
            within: limits.detached, unless: asked.isCancelled
        ).progress
        let made = try refusing { () throws(RunStoreError) in
            try runs.submit(body, key: key, progress: progress)
        }
        var response = HTTPResponse(status: .accepted) { $0.write(made.run) }
        response.fields.append("Location", made.run.path)
        response.fields.append("Preference-Applied", "respond-async")
        return response
    }
}

/// How many trainings there may be, and how the detached ones are kept.
public struct TrainingsSettings: Sendable {
    /// The threads that trainings take turns on.
    public var threads = Machine.processors
    /// Trainings at a time whose callers wait; one more is turned away.
    public var attendedAtOnce = 32
    /// Detached trainings that take turns at a time; further ones wait in the store.
    public var detachedAtOnce = Machine.processors
    /// Between two checkpoints of a detached training: what a crash may cost.
    public var checkpointTime = Duration.seconds(10)
    /// What those whose callers wait get to finish when the service ends.
    public var drainTime = Duration.seconds(3)
    /// What is kept: runs that have ended make room, the longest ended first.
    public var kept = RunLimits(runs: 1_000, bytes: 10 << 30, age: 30 * 86_400)

    public init() {}
}
