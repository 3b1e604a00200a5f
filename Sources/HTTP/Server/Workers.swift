import Dispatch

/// Computes off the I/O queues: so many jobs at a time, so many waiting, and no more.
// `idle` and `queued` are touched on `turns` only, whence `@unchecked Sendable`. A queue and not a
// `Mutex`, whose locking on Linux the thread sanitizer cannot see.
final class Workers: @unchecked Sendable {
    typealias Job = @Sendable () -> Void

    private enum Verdict {
        case run(DispatchQueue)
        case wait
        case refuse
    }

    private let waiting: Int
    private let turns = DispatchQueue(label: "http.workers")
    private var idle: [DispatchQueue]
    private var queued: [Job] = []

    /// Each worker is a serial queue: Dispatch gives those threads of their own, whereas jobs on
    /// a concurrent queue would fill the pool that everything else in the process shares.
    init(running: Int, waiting: Int) {
        self.waiting = waiting
        idle = (0..<max(running, 1)).map { _ in DispatchQueue(label: "http.worker") }
    }

    /// Takes the job on, or says that there is too much work.
    func submit(_ job: @escaping Job) -> Bool {
        let verdict = turns.sync { () -> Verdict in
            if let queue = idle.popLast() { return .run(queue) }
            guard queued.count < waiting else { return .refuse }
            queued.append(job)
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

    /// Runs the job and then, on the same thread, those that have waited longest.
    private func work(from job: Job, on queue: DispatchQueue) {
        job()
        while let next = nextJob(or: queue) { next() }
    }

    private func nextJob(or queue: DispatchQueue) -> Job? {
        turns.sync {
            guard queued.isEmpty else { return queued.removeFirst() }
            idle.append(queue)
            return nil
        }
    }
}
