import Dispatch
import JSON
import TestSupport
import Testing

@testable import GradientService

struct TrainingPoolTests {
    /// A pool of one thread that is held up until all jobs are there.
    private func order(of jobs: [(name: String, turns: Int)]) throws -> [String] {
        let pool = TrainingPool(threads: 1)
        let (isReady, isOver) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        let order = Locked<[String]>([])
        pool.add {
            isReady.wait()
            return false
        }
        for job in jobs {
            let left = Locked(job.turns)
            pool.add {
                order.withLock { $0.append(job.name) }
                let goesOn = left.withLock { left in
                    left -= 1
                    return left > 0
                }
                if !goesOn { isOver.signal() }
                return goesOn
            }
        }
        isReady.signal()
        for _ in jobs { try isOver.awaited() }
        return order.withLock { $0 }
    }

    @Test func `trainings take turns in their order`() throws {
        #expect(
            try order(of: [("a", 3), ("b", 3), ("c", 3)])
                == ["a", "b", "c", "a", "b", "c", "a", "b", "c"])
    }

    @Test func `one that wants no more leaves the turns to the others`() throws {
        #expect(
            try order(of: [("a", 1), ("b", 3), ("c", 2)]) == ["a", "b", "c", "b", "c", "b"])
    }

    @Test func `a short one does not wait for the end of a long one`() throws {
        #expect(try order(of: [("long", 9), ("short", 1)]).prefix(2) == ["long", "short"])
    }

    /// Enough turns that anything kept of each, such as a frame of the stack, would show.
    @Test func `a job may take any number of turns`() throws {
        let pool = TrainingPool(threads: 1)
        let isOver = DispatchSemaphore(value: 0)
        let left = Locked(200_000)
        pool.add {
            let goesOn = left.withLock { left in
                left -= 1
                return left > 0
            }
            if !goesOn { isOver.signal() }
            return goesOn
        }
        try isOver.awaited()
    }

    @Test func `every thread takes turns`() throws {
        // Each job waits for the other, which a single thread could not bring about.
        let pool = TrainingPool(threads: 2)
        let met = [DispatchSemaphore(value: 0), DispatchSemaphore(value: 0)]
        let isOver = DispatchSemaphore(value: 0)
        for index in 0...1 {
            pool.add {
                met[index].signal()
                met[1 - index].wait()
                isOver.signal()
                return false
            }
        }
        for _ in 0...1 { try isOver.awaited() }
    }

    @Test func `two long trainings make progress side by side on one thread`() throws {
        let served = try Served { $0.detachedAtOnce = 2 }
        let ids = [try served.submit(), try served.submit()]
        for id in ids { _ = try served.run(id) { $0.progress.epoch > 0 } }
        for id in ids { #expect(try served.runs.store.run(id).state == .running) }
        for id in ids { try served.cancel(id) }
    }
}
