import Testing

@testable import GradientService

/// A training in parts, each from the checkpoint of the one before.
struct TrainCheckpointTests {
    /// Something of everything that a training remembers.
    private func train(
        epochs: Int, optimizer: String = "adam", also: String = ""
    ) throws -> Answer {
        try Answer(
            "train",
            Worked.body(
                also: """
                    , "training": {"optimizer": "\(optimizer)", "learning_rate": 0.0625, \
                    "epochs": \(epochs), "batch_size": 1, "shuffle": {"seed": 3}, \
                    "schedule": {"type": "reduce_on_plateau", "patience": 1}, \
                    "early_stopping": {"patience": 50, "restore_best": true}}, \
                    "metrics": ["r2"]\(also)
                    """))
    }

    private func checkpoint(epochs: Int) throws -> String {
        try train(epochs: epochs, also: #", "checkpoint": true"#).string("/checkpoint/base64")
    }

    private func resume(_ base64: String) -> String {
        #", "resume_from": {"base64": "\#(base64)"}"#
    }

    @Test func `a training in parts gives the bytes of one that is whole`() throws {
        let whole = try train(epochs: 7)
        #expect(whole.status == 200)
        let parts = try train(epochs: 7, also: resume(checkpoint(epochs: 3)))
        #expect(parts.text == whole.text)
    }

    @Test func `a checkpoint tells where it is of`() throws {
        let answer = try train(epochs: 3, also: #", "checkpoint": true"#)
        #expect(try answer.names("/checkpoint") == ["epoch", "step", "base64"])
        #expect(try answer.number("/checkpoint/epoch") == 3)
        #expect(try answer.number("/checkpoint/step") == 6)
    }

    @Test func `there is a checkpoint only where one is asked for`() throws {
        #expect(try train(epochs: 1)["/checkpoint"]?.kind == nil)
    }

    @Test func `a checkpoint is taken as it was answered`() throws {
        let first = try train(epochs: 2, also: #", "checkpoint": true"#)
        let start = try #require(first.text.firstRange(of: #""checkpoint":"#)).upperBound
        let own = first.text[start..<first.text.index(before: first.text.endIndex)]
        #expect(try train(epochs: 3, also: #", "resume_from": \#(own)"#).status == 200)
    }

    @Test func `a checkpoint of another training is refused`() throws {
        let answer = try train(
            epochs: 7, optimizer: "sgd", also: resume(checkpoint(epochs: 2)))
        #expect(answer.status == 422)
        #expect(try answer.faults.map(\.pointer) == ["/resume_from"])
        #expect(try answer.faults[0].detail.contains("optimizer"), "\(answer.text)")
    }

    @Test func `a checkpoint with nothing left to do is refused`() throws {
        let answer = try train(epochs: 2, also: resume(checkpoint(epochs: 2)))
        #expect(
            try answer.faults == [
                Fault(
                    "/training/epochs",
                    #"is 2, of which the checkpoint has done 2: "epochs" counts them all"#)
            ])
    }

    @Test(arguments: [
        (#"{"base64": "n!"}"#, "/resume_from/base64"),
        (#"{"base64": ""}"#, "/resume_from"),
        (#"{"base64": "AAAA"}"#, "/resume_from"),
        (#"{"base64": 7}"#, "/resume_from/base64"),
        (#"{"base64": "AAAA", "epochs": 3}"#, "/resume_from/epochs"),
        (#"{"epoch": 3}"#, "/resume_from"),
        ("null", "/resume_from"),
    ])
    func `what is no checkpoint is refused`(checkpoint: String, pointer: String) throws {
        let answer = try train(epochs: 2, also: #", "resume_from": \#(checkpoint)"#)
        #expect(answer.status == 422)
        #expect(try answer.faults.map(\.pointer) == [pointer], "\(answer.text)")
    }

    @Test func `a checkpoint that was cut off or changed is refused, and never a crash`() throws {
        let whole = try checkpoint(epochs: 2)
        for length in stride(from: 0, to: whole.count, by: 64) {
            let answer = try train(epochs: 3, also: resume(String(whole.prefix(length))))
            #expect(try answer.faults.map(\.pointer) == ["/resume_from"])
        }
        for place in stride(from: 0, to: whole.count - 4, by: 52) {
            // Bytes of the same length: taken if they happen to be numbers, and refused otherwise.
            let changed = whole.prefix(place) + "////" + whole.dropFirst(place + 4)
            let status = try train(epochs: 3, also: resume(String(changed))).status
            #expect(status == 200 || status == 422)
        }
    }

    @Test(arguments: [#""checkpoint": true"#, #""resume_from": {"base64": "AAAA"}"#])
    func `a training with a mistake on purpose goes with no checkpoint`(field: String) throws {
        let answer = try Answer(
            "train",
            Worked.body(
                also: """
                    , "training": {"optimizer": "sgd", "epochs": 2}, "fault": "sign", \(field)
                    """))
        #expect(
            try answer.faults == [
                Fault("/fault", "is made from the first step on, and goes with no checkpoint")
            ])
    }
}
