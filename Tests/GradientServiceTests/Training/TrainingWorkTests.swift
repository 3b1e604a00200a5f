import Testing

@testable import GradientService

/// The worked network has 13 parameters in 4 arrays, and its batch 2 examples.
struct TrainingWorkTests {
    private static func answer(
        _ training: String, also: String = "", _ limits: ServiceLimits = .init()
    ) throws -> Answer {
        try Answer(
            "train", Worked.body(also: #", "training": {\#(training)}\#(also)"#), limits: limits)
    }

    /// L-BFGS with 1000 pairs keeps 2002 numbers of each parameter: 2002·13·8 bytes.
    @Test(arguments: [(208_208.0, 200), (208_207, 422)])
    func `what would remember too much is refused`(limit: Double, status: Int) throws {
        var limits = ServiceLimits()
        limits.bytes = limit
        let answer = try Self.answer(
            #""optimizer": {"type": "lbfgs", "history_size": 1000}, "epochs": 1"#, limits)
        #expect(answer.status == status)
        guard status == 422 else { return }
        #expect(try answer.faults.map(\.pointer) == ["/training/optimizer"])
    }

    /// Of 100 epochs a cost each; of 51 reports their epoch, step, cost, loss and rate.
    @Test(arguments: [(355, 200), (354, 422)])
    func `what would report too much is refused`(limit: Int, status: Int) throws {
        var limits = ServiceLimits()
        limits.reportedNumbers = limit
        let training = #""optimizer": "sgd", "epochs": 100, "report_every": 2"#
        let answer = try Self.answer(training, limits)
        #expect(answer.status == status)
        guard status == 422 else { return }
        let fault = try #require(answer.faults.first)
        #expect(fault.pointer == "/training/epochs")
        #expect(fault.detail.hasPrefix("100 epochs report 355 numbers, 5 of each"))
    }

    @Test func `a dry run tells of the steps, the memory and the reports`() throws {
        let answer = try Self.answer(
            #""optimizer": "adam", "epochs": 10, "batch_size": 1, "report_every": 5, "#
                + #""watch": ["gradient_norms"]"#, also: #", "dry_run": true, "metrics": ["r2"]"#)
        #expect(try answer.number("/dry_run/training_steps") == 20)
        #expect(try answer.number("/dry_run/optimizer_bytes") == 2 * 13 * 8)
        #expect(try answer.number("/dry_run/reported_numbers") == 10 + 3 * (2 + 3 + 1 + 4))
    }

    @Test func `a dry run tells of each limit that a training would meet`() throws {
        var limits = ServiceLimits()
        limits.steps = 3
        let answer = try Self.answer(
            #""optimizer": "sgd", "epochs": 4"#, also: #", "dry_run": true"#, limits)
        #expect(answer.status == 200)
        #expect(answer.text.contains(#""within_limits":false"#))
        #expect(try answer.string("/dry_run/exceeds/0/what") == "training_steps")
    }

    @Test(arguments: [
        (#""metrics": ["accuracy"]"#, "/metrics/0"),
        (#""validation": {"X": [[1]], "Y": [[1]]}"#, "/validation/X"),
        (#""resume_from": {"base64": "AAAA"}"#, "/resume_from"),
    ])
    func `a dry run tells of what a training would be refused for`(
        field: String, pointer: String
    ) throws {
        let answer = try Self.answer(
            #""optimizer": "sgd", "epochs": 1"#, also: #", "dry_run": true, \#(field)"#)
        #expect(answer.status == 422)
        #expect(try answer.faults.map(\.pointer) == [pointer])
    }
}
