import Dispatch
import Synchronization

/// Computes off the I/O queues: so many jobs at a time, so many waiting, and no more.
final class Workers: Sendable {
    typealias Job = @Sendable () -> Void

    private struct State {
        var idle: [DispatchQueue]
        var waiting: [Job] = []
    }

    private enum Verdict {
        case run(DispatchQueue)
        case wait
        case refuse
    }

    private let waiting: Int
    private let state: Mutex<State>

    /// Each worker is a serial queue: Dispatch gives those threads of their own, whereas jobs on
    /// a concurrent queue would fill the pool that everything else in the process shares.
    init(running: Int, waiting: Int) {
        self.waiting = waiting
        state = Mutex(
            State(idle: (0..<max(running, 1)).map { _ in DispatchQueue(label: "http.worker") }))
    }

    /// Takes the job on, or says that there is too much work.
    func submit(_ job: @escaping Job) -> Bool {
        let verdict = state.withLock { state -> Verdict in
            if let queue = state.idle.popLast() { return .run(queue) }
            guard state.waiting.count < waiting else { return .refuse }
            state.waiting.append(job)
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

    private func nextJob(or idle: DispatchQueue) -> Job? {
        state.withLock { state in
            guard state.waiting.isEmpty else { return state.waiting.removeFirst() }
            state.idle.append(idle)
            return nil
        }
    }
}
