import Dispatch

/// Computes off the event loops: so many jobs at a time, so many waiting, and no more.
// `idle` and `queued` are touched on `turns` only, whence `@unchecked Sendable`. A queue and not a
// `Mutex`, whose locking on Linux the thread sanitizer cannot see.
final class Workers: @unchecked Sendable {
    /// Computes, and gives back what hands the result over.
    private typealias Job = @Sendable () -> () -> Void

    private enum Verdict {
        case run(DispatchQueue)
        case wait
        case refuse
    }

    private let waiting: Int
    private let counters: HTTPCounters
    private let turns = DispatchQueue(label: "http.workers")
    private var idle: [DispatchQueue]
    private var queued: [Job] = []

    /// Each worker is a serial queue: Dispatch gives those threads of their own, whereas jobs on
    /// a concurrent queue would fill the pool that everything else in the process shares.
    init(running: Int, waiting: Int, counters: HTTPCounters = HTTPCounters()) {
        self.waiting = waiting
        self.counters = counters
        idle = (0..<max(running, 1)).map { _ in DispatchQueue(label: "http.worker") }
    }

    /// Takes a computation on, or says that there is too much work. Its result is handed over when
    /// its worker counts as free again, so that whoever asks once more at once is not turned away.
    func submit<Result>(
        _ compute: @escaping @Sendable () -> Result,
        then deliver: @escaping @Sendable (Result) -> Void = { _ in }
    ) -> Bool {
        let job: Job = {
            let result = compute()
            return { deliver(result) }
        }
        let verdict = turns.sync { () -> Verdict in
            if let queue = idle.popLast() {
                counters.computing.wrappingAdd(1, ordering: .relaxed)
                return .run(queue)
            }
            guard queued.count < waiting else { return .refuse }
            queued.append(job)
            counters.waiting.store(queued.count, ordering: .relaxed)
            return .wait
        }
        switch verdict {
        case .run(let queue):
            queue.async { self.work(from: job, on: queue) }
            return true
        case .wait: return true
        case .refuse: return false
        }
    }

    /// Runs the job and then, on the same thread, those that have waited longest. What comes while
    /// the last result is handed over waits in the worker's own queue.
    private func work(from first: @escaping Job, on queue: DispatchQueue) {
        var job = first
        while true {
            let deliver = job()
            let next = nextJob(or: queue)
            deliver()
            guard let next else { return }
            job = next
        }
    }

    private func nextJob(or queue: DispatchQueue) -> Job? {
        turns.sync {
            guard queued.isEmpty else {
                defer { counters.waiting.store(queued.count, ordering: .relaxed) }
                return queued.removeFirst()
            }
            counters.computing.wrappingSubtract(1, ordering: .relaxed)
            idle.append(queue)
            return nil
        }
    }
}
