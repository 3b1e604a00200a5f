import HTTP
import RunStore
import TestSupport
import Testing

@testable import GradientService

struct ArrayBudgetTests {
    private static let refusal = "urn:gradientd:problem:no_room_for_arrays"

    private func isRefused(_ body: () throws(RequestError) -> Void) -> Bool {
        do throws(RequestError) {
            try body()
            return false
        } catch {
            return error.type == "no_room_for_arrays"
        }
    }

    @Test func `shares are counted together, and none is more than is left`() throws {
        let budget = ArrayBudget(limit: 3000, retryAfter: 1)
        let one = try budget.share(forBody: 0)
        let other = try budget.share(forBody: 0)
        try one.take(arrays: 600)
        #expect(budget.bytesHeld == 1800)
        #expect(isRefused { () throws(RequestError) in try other.take(arrays: 401) })
        try other.take(arrays: 400)
        #expect(budget.bytesHeld == 3000)
    }

    @Test func `a share that nobody holds is given back`() throws {
        let budget = ArrayBudget(limit: .max, retryAfter: 1)
        var share: ArrayShare? = try budget.share(forBody: 1 << 20)
        try share?.take(arrays: 1)
        #expect(budget.bytesHeld == (4 << 20) + 3)
        share = nil
        #expect(budget.bytesHeld == 0)
    }

    @Test func `a share that was refused holds nothing`() throws {
        let budget = ArrayBudget(limit: 1 << 20, retryAfter: 1)
        let other = try budget.share(forBody: 0)
        try other.take(arrays: 1)
        #expect(isRefused { () throws(RequestError) in _ = try budget.share(forBody: 1 << 20) })
        #expect(budget.bytesHeld == 3)
    }

    @Test func `what wants more than all gets it where nobody else has any`() throws {
        let budget = ArrayBudget(limit: 10, retryAfter: 1)
        do {
            let share = try budget.share(forBody: 0)
            try share.take(arrays: 1)
            try share.take(arrays: 1e30)
            let other = try budget.share(forBody: 0)
            #expect(isRefused { () throws(RequestError) in try other.take(arrays: 1) })
        }
        #expect(budget.bytesHeld == 0)
    }

    @Test(arguments: [1 << 28, 1 << 30, 1 << 34])
    func `two of the largest requests find room, and a third does not`(memory: Int) throws {
        var limits = ServiceLimits()
        limits.bytes = .infinity
        limits.fit(memory: memory, body: memory / 20)
        let budget = ArrayBudget(limit: memory, retryAfter: 1)
        var shares: [ArrayShare] = []
        for _ in 0..<2 {
            let share = try budget.share(forBody: memory / 20)
            try share.take(arrays: limits.bytes)
            shares.append(share)
        }
        #expect(isRefused { () throws(RequestError) in _ = try budget.share(forBody: memory / 20) })
        #expect(shares.count == 2)
    }

    /// Two layers of 200 units, which are drawn: a small body, and some hundred kilobytes.
    private static let large = """
        {"network": {"layers": [{"units": 200}, {"units": 200}], "seed": 1},
         "batch": {"X": [[1, 2], [3, 4]], "Y": \(Array(repeating: [0, 1], count: 200))},
         "loss": "mean_squared_error"}
        """

    @Test(arguments: ["/forward", "/backward"])
    func `a computation is refused while others have the memory`(path: String) throws {
        var limits = ServiceLimits()
        limits.memory = 10_000_000
        let service = GradientService(limits: limits)
        do {
            let others = try service.arrays.share(forBody: 0)
            try others.take(arrays: 3_000_000)
            let answer = try Answer(service.answer("POST", path, Self.large))
            #expect(answer.status == 503)
            #expect(try answer.string("/type") == Self.refusal)
            #expect(answer.response.fields["Retry-After"] == "1")
        }
        #expect(try Answer(service.answer("POST", path, Self.large)).status == 200)
        #expect(service.arrays.bytesHeld == 0)
    }

    @Test(arguments: ["/forward", "/backward", "/train"])
    func `an answer holds room for itself until it is taken`(path: String) async throws {
        let served = try Served()
        let training = #", "training": {"optimizer": "sgd", "learning_rate": 1, "epochs": 1}}"#
        let body = path == "/train" ? Self.large.dropLast() + training : Self.large
        do {
            let answer = try served.service.answer("POST", path, body)
            #expect(answer.status == .ok)
            #expect(answer.body.count > 100_000)
            #expect(served.service.arrays.bytesHeld == answer.body.count)
            withExtendedLifetime(answer) {}
        }
        try await expectGivenBack(served.service.arrays)
    }

    /// The thread that has worked on an answer lets go of it once it is delivered.
    private func expectGivenBack(_ budget: ArrayBudget) async throws {
        let end = ContinuousClock.now + .seconds(60)
        while budget.bytesHeld > 0, .now < end { try await Task.sleep(for: .milliseconds(1)) }
        #expect(budget.bytesHeld == 0)
    }

    @Test func `the answer of a run holds room for itself until it is taken`() async throws {
        let served = try Served()
        let training = #", "training": {"optimizer": "sgd", "learning_rate": 1, "epochs": 1}}"#
        let id = try served.submit(Self.large.dropLast() + training, epochs: 1)
        #expect(try served.ended(id).state == .done)
        do {
            let answer = try served.service.answer("GET", "/runs/\(id)")
            #expect(answer.body.count > 100_000)
            #expect(served.service.arrays.bytesHeld == answer.body.count)
            withExtendedLifetime(answer) {}
        }
        try await expectGivenBack(served.service.arrays)
    }

    @Test func `small answers hold none`() throws {
        let served = try Served()
        let answer = try served.service.answer("POST", "/backward", Worked.body())
        #expect(answer.status == .ok)
        #expect(served.service.arrays.bytesHeld == 0)
        withExtendedLifetime(answer) {}
    }

    @Test func `a training is refused while others have the memory`() throws {
        var limits = ServiceLimits()
        limits.memory = 1000
        let served = try Served(limits: limits)
        let others = try served.trainings.arrays.share(forBody: 0)
        try others.take(arrays: 300)
        let answer = try Answer(served.service.answer("POST", "/train", Served.body(epochs: 2)))
        #expect(try answer.string("/type") == Self.refusal)
        #expect(try served.leave().string("/type") == Self.refusal)
        withExtendedLifetime(others) {}
    }

    private static func run(
        in store: RunStore, within budget: ArrayBudget
    ) throws -> ActiveRun {
        let run = try store.create(
            request: Array(Served.body(epochs: 2).utf8), progress: RunProgress(epochs: 2),
            limits: TrainingsSettings().kept
        ).run
        return ActiveRun(
            run, store: store, arrays: budget, limits: ServiceLimits().detached,
            settings: TrainingsSettings())
    }

    @Test(arguments: [true, false])
    func `a detached training that waits for memory can be ended`(isCancelled: Bool) throws {
        let store = try RunStore(at: .memory)
        let budget = ArrayBudget(limit: 1000, retryAfter: 1)
        let run = try Self.run(in: store, within: budget)
        let others = try budget.share(forBody: 0)
        try others.take(arrays: 300)
        #expect(try run.turn())
        isCancelled ? run.cancel() : run.suspend()
        #expect(try !run.turn())
        #expect(!run.lacksRoom)
        #expect(try store.run(run.id).state == (isCancelled ? .cancelled : .queued))
        withExtendedLifetime(others) {}
    }

    @Test func `a detached training waits while others have the memory`() throws {
        let store = try RunStore(at: .memory)
        let budget = ArrayBudget(limit: 1000, retryAfter: 1)
        let run = try Self.run(in: store, within: budget)
        do {
            let others = try budget.share(forBody: 0)
            try others.take(arrays: 300)
            #expect(try run.turn())
            #expect(run.lacksRoom)
            #expect(try store.run(run.id).state == .queued)
            withExtendedLifetime(others) {}
        }
        while try run.turn() { #expect(!run.lacksRoom) }
        #expect(try store.run(run.id).state == .done)
    }
}
