import Dispatch
import TestSupport
import Testing

@testable import HTTP

struct WorkersTests {
    @Test
    func `so many run, so many wait, and no more`() {
        let workers = Workers(running: 2, waiting: 3)
        let gate = Gate()
        let begun = Counter()
        let done = Counter()
        let job: @Sendable () -> Void = {
            begun.increment()
            while !gate.isOpen { Gate.pause() }
            done.increment()
        }
        for _ in 0..<5 { #expect(workers.submit(job)) }
        #expect(!workers.submit(job))
        #expect(begun.reaches(2))
        gate.open()
        #expect(done.reaches(5))
    }

    @Test
    func `what waits is run in order`() {
        let workers = Workers(running: 1, waiting: 100)
        let order = Locked<[Int]>([])
        let done = Counter()
        let gate = Gate()
        #expect(workers.submit { while !gate.isOpen { Gate.pause() } })
        for number in 0..<100 {
            #expect(
                workers.submit {
                    order.withLock { $0.append(number) }
                    done.increment()
                })
        }
        gate.open()
        #expect(done.reaches(100))
        #expect(order.withLock { $0 } == Array(0..<100))
    }

    @Test
    func `a worker is free again when its result is handed over`() {
        let workers = Workers(running: 1, waiting: 0)
        let (taken, done) = (Counter(), Counter())
        let accepted = workers.submit({ 1 }) { result in
            #expect(result == 1)
            if workers.submit({ 2 }, then: { _ in done.increment() }) { taken.increment() }
            done.increment()
        }
        #expect(accepted)
        #expect(done.reaches(2))
        #expect(taken.value == 1)
    }

    @Test
    func `a worker is free again after its job`() {
        let workers = Workers(running: 1, waiting: 0)
        let done = Counter()
        for number in 1...50 {
            while !workers.submit({ done.increment() }) { Gate.pause() }
            #expect(done.reaches(number))
        }
    }
}
