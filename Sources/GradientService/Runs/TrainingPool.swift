import Dispatch
import Glibc
import Synchronization

/// Computes trainings, beside the workers of all other requests: a few threads of their own, which
/// the system lets go after everything else, and on them the trainings take turns.
///
/// So a short training is not held up by a long one, and neither keeps a `/forward` waiting.
// `waiting` is touched on `turns` only, whence `@unchecked Sendable`.
final class TrainingPool: @unchecked Sendable {
    /// A turn of a training, which ends by itself after about `slice`; whether it wants another.
    typealias Job = @Sendable () -> Bool

    /// How long a turn takes: a new training waits for no more than that for each one before it.
    static let slice = Duration.milliseconds(20)
    /// The threads' priority is lower than that of the others, which compute what is short.
    private static let niceness: Int32 = 10

    private let turns = DispatchQueue(label: "trainings")
    private let available = DispatchSemaphore(value: 0)
    private var waiting: [Waiting] = []

    /// A job in its wrapping: a function that is put into an array by itself, and taken out again,
    /// is wrapped once more each time, and a long training takes very many turns.
    private struct Waiting {
        let job: Job
    }

    init(threads: Int) {
        for index in 0..<max(threads, 1) {
            // Dispatch gives a serial queue a thread of its own, which this job never gives back.
            DispatchQueue(label: "training.\(index)").async { [self] in
                // On Linux, this thread's alone.
                _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, Self.niceness)
                while true { takeTurn() }
            }
        }
    }

    /// Has a training take turns until it wants no more.
    func add(_ job: @escaping Job) {
        add(Waiting(job: job))
    }

    private func add(_ job: Waiting) {
        turns.sync { waiting.append(job) }
        available.signal()
    }

    private func takeTurn() {
        available.wait()
        let next = turns.sync { waiting.removeFirst() }
        while next.job() {
            // It goes on where it is, with what it has in this processor's caches, if nobody waits.
            guard turns.sync(execute: { waiting.isEmpty }) else { return add(next) }
        }
    }
}
