import NeuralNetwork
import Testing

@testable import Training

struct CheckpointTests {
    static func lesson() throws -> Lesson<Double> {
        try Lesson(Momentum(momentum: 0.9, style: .keras))
    }

    /// In the middle of its second epoch: it has reports, a best network, a velocity.
    static func checkpoint() throws -> [UInt8] {
        var session = try lesson().begun
        _ = session.advance(steps: 4)
        return session.checkpoint()
    }

    // MARK: Of another training

    static func refusal<S: Scalar>(_: S.Type, _ change: (inout Lesson<S>) throws -> Void) throws
        -> String?
    {
        var lesson = try Lesson<S>(Momentum(momentum: 0.9, style: .keras))
        try change(&lesson)
        let bytes = try checkpoint()
        do throws(CheckpointFault) {
            _ = try lesson.resumed(from: bytes)
            return nil
        } catch { return error.reason }
    }

    @Test func `the same training is not refused`() throws {
        #expect(try Self.refusal(Double.self) { _ in } == nil)
    }

    @Test(arguments: [
        ("optimizer", "v ← ρ·v − η·g, θ ← θ + v", "θ ← θ − η·g"), ("batch_size", "3", "4"),
        ("shuffle", "continued, seed 5", "continued, seed 6"),
        ("metrics", "accuracy:mean", "none"), ("penalty", "l1 0.0, l2 0.01, lambdaOver2m", "none"),
    ])
    func `what differs is named`(name: String, was: String, isNow: String) throws {
        let reason = try Self.refusal(Double.self) {
            switch name {
            case "optimizer": $0.trainer.optimizer = GradientDescent()
            case "batch_size": $0.trainer.batchSize = 4
            case "shuffle": $0.trainer.shuffling?.seed = 6
            case "penalty": $0.trainer.penalty = nil
            default: $0.trainer.metrics = []
            }
        }
        let found = try #require(reason)
        #expect(found.hasPrefix("is of a training whose \(name) was \(was)"))
        #expect(found.hasSuffix("and this one's is \(isNow)"))
    }

    @Test func `another precision is named`() throws {
        #expect(
            try Self.refusal(Float.self) { _ in }
                == "is of a training whose precision was float64, and this one's is float32")
    }

    @Test func `another number of examples is named`() throws {
        let lesson = try Self.lesson()
        let data = TrainingData(lesson.data.batch.rows(0..<6))
        let fault = #expect(throws: CheckpointFault.self) {
            _ = try TrainingSession(
                lesson.network, on: data, by: lesson.trainer, from: Self.checkpoint())
        }
        #expect(
            fault?.reason == "is of a training whose examples was 7, and this one's is 6")
    }

    @Test func `another activation is named`() throws {
        let lesson = try Self.lesson()
        var network = lesson.network
        network.layers[0].activation = .relu
        let fault = #expect(throws: CheckpointFault.self) {
            _ = try TrainingSession(
                network, on: lesson.data, by: lesson.trainer, from: Self.checkpoint())
        }
        let reason = try #require(fault?.reason)
        #expect(reason.hasPrefix("is of a training whose network was dense 4 tanh, batch_norm"))
        #expect(reason.contains("and this one's is dense 4 relu, batch_norm"))
    }

    @Test func `another loss is named`() throws {
        let lesson = try Self.lesson()
        let objective = Objective(
            loss: .meanSquaredError, targets: lesson.data.batch.objective.targets)
        let data = TrainingData(
            TrainingBatch(inputs: lesson.data.batch.inputs, objective: objective))
        let fault = #expect(throws: CheckpointFault.self) {
            _ = try TrainingSession(
                lesson.network, on: data, by: lesson.trainer, from: Self.checkpoint())
        }
        #expect(try #require(fault?.reason).hasPrefix("is of a training whose loss was "))
    }

    // MARK: Gone on with otherwise

    /// The best network is kept only where it may be answered: there is none to restore.
    @Test func `early stopping begins anew where the best is to be restored from now on`() throws {
        var lesson = try Self.lesson()
        lesson.trainer.earlyStopping?.restoreBest = false
        var session = lesson.begun
        _ = session.advance(steps: 4)
        #expect(session.state.best != nil)
        lesson.trainer.earlyStopping?.restoreBest = true
        let resumed = try lesson.resumed(from: session.checkpoint())
        #expect(resumed.state.best == nil && resumed.state.stopping == nil)
    }

    // MARK: Damaged

    @Test func `a checkpoint that is cut short anywhere is refused`() throws {
        let (lesson, bytes) = (try Self.lesson(), try Self.checkpoint())
        let accepted = (0..<bytes.count).filter { count in
            (try? lesson.resumed(from: Array(bytes.prefix(count)))) != nil
        }
        #expect(accepted.isEmpty)
    }

    @Test func `a checkpoint with more behind it is refused`() throws {
        let (lesson, bytes) = (try Self.lesson(), try Self.checkpoint())
        #expect(throws: CheckpointFault.damaged) { _ = try lesson.resumed(from: bytes + [0]) }
    }

    /// What is not refused can be gone on with, to the end of the epoch: a number may be another, and
    /// the training is then another. Nothing traps.
    static func goesOn(_ lesson: Lesson<Double>, from bytes: [UInt8]) {
        guard var session = try? lesson.resumed(from: bytes) else { return }
        _ = session.advance(steps: 2)
        _ = session.checkpoint()
        _ = session.result
    }

    @Test(arguments: 0..<10)
    func `a changed byte is refused or is another training`(seed: Int) throws {
        let (lesson, bytes) = (try Self.lesson(), try Self.checkpoint())
        var random = LegacyRandom(seed: UInt32(seed))
        func below(_ count: Int) -> Int { Int(random.uniform() * Double(count)) }
        for _ in 0..<200 {
            var changed = bytes
            changed[below(bytes.count)] ^= UInt8(1 + below(255))
            Self.goesOn(lesson, from: changed)
        }
    }

    /// Counts, shapes and numbers of all sizes in the place of eight bytes anywhere.
    @Test(arguments: [Int.max, Int.min, -1, 1 << 61, 1 << 32, 0])
    func `a changed count is refused or is another training`(value: Int) throws {
        let (lesson, bytes) = (try Self.lesson(), try Self.checkpoint())
        let new = withUnsafeBytes(of: Int64(value).littleEndian) { Array($0) }
        for place in stride(from: 0, to: bytes.count - 8, by: 13) {
            var changed = bytes
            changed.replaceSubrange(place..<(place + 8), with: new)
            Self.goesOn(lesson, from: changed)
        }
    }
}
