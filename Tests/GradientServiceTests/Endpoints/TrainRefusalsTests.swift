import Testing

@testable import GradientService

/// What `/train` refuses of what it can be told.
struct TrainRefusalsTests {
    static let columns = ["cost:mean", "loss:mean", "learning_rate:last"]

    private func train(_ training: String = "", also: String = "") throws -> Answer {
        let own = #""optimizer": "sgd", "learning_rate": 0, "epochs": 2"#
        return try Answer(
            "train", Worked.body(also: #", "training": {\#(own)\#(training)}\#(also)"#))
    }

    private let validation = #", "validation": {"X": [[1], [3]], "Y": [[5]]}"#

    @Test(arguments: [
        ("early_stopping", #"{"monitor": "los:mean"}"#),
        ("schedule", #"{"type": "reduce_on_plateau", "monitor": "los:mean"}"#),
    ])
    func `a monitor that is not among the reports is refused, with what there is`(
        field: String, settings: String
    ) throws {
        let answer = try train(#", "\#(field)": \#(settings)"#)
        #expect(answer.status == 422)
        let fault = try #require(answer.faults.first)
        #expect(fault.pointer == "/training/\(field)/monitor")
        #expect(fault.detail == #"unknown monitor "los:mean""#)
        #expect(fault.hint?.contains("loss:mean") == true)
    }

    @Test func `the validation batch is monitored by default, where there is one`() throws {
        let stopping = #", "early_stopping": {}"#
        #expect(try train(stopping).string("/best/monitor") == "loss:mean")
        #expect(
            try train(stopping, also: validation).string("/best/monitor") == "validation.loss:mean")
    }

    @Test func `a plateau is looked for in the batch where there is no validation`() throws {
        let schedule =
            #", "schedule": {"type": "reduce_on_plateau", "factor": 0.5, "patience": 0}"#
        for also in ["", validation] {
            #expect(try train(schedule, also: also).status == 200)
        }
    }

    @Test func `the default that is given in words is not another's`() throws {
        let answer = try train(#", "early_stopping": {"monitor": "validation.loss:mean"}"#)
        #expect(try answer.faults.map(\.pointer) == ["/training/early_stopping/monitor"])
    }

    @Test(arguments: [
        (#"["r2", "accuracy"]"#, "/metrics/1", "accuracy is of classes"),
        (
            #"["r2", "r2"]"#, "/metrics/1",
            #"is reported as "r2"#
        ),
        (#"[{"type": "top_k", "k": 2}]"#, "/metrics/0", "k is 2, and the last layer has 1 output"),
    ])
    func `a metric that does not fit is refused`(
        metrics: String, pointer: String, detail: String
    ) throws {
        let answer = try train(also: #", "metrics": \#(metrics)"#)
        #expect(answer.status == 422)
        #expect(try answer.faults.map(\.pointer) == [pointer])
        #expect(try answer.faults[0].detail.hasPrefix(detail))
    }

    @Test func `r2 is refused of classes`() throws {
        let answer = try Answer(
            "train",
            """
            {"network": {"layers": [{"W": [[1]], "b": [0], "activation": "sigmoid"}]}, \
            "batch": {"X": [[1]], "Y": [[1]]}, "loss": "binary_crossentropy", \
            "training": {"optimizer": "sgd", "epochs": 1}, "metrics": ["r2"]}
            """)
        #expect(
            try answer.faults == [
                Fault("/metrics/0", "r2 is of numbers, and the targets of this loss are classes")
            ])
    }

    @Test func `a network that is drawn is of one width for both batches`() throws {
        let answer = try Answer(
            "train",
            """
            {"network": {"layers": [{"units": 2}, {"units": 1}], "initializer": "he_normal", \
            "seed": 1}, "batch": {"X": [[1, 2], [3, 4]], "Y": [[1, 2]]}, \
            "loss": "mean_squared_error", "training": {"optimizer": "sgd", "epochs": 1}, \
            "validation": {"X": [[1], [2], [3]], "Y": [[1]]}}
            """)
        #expect(answer.status == 422)
        #expect(
            try answer.faults == [
                Fault("/validation/X", "X has 3 of each example, and the batch's X has 2")
            ])
    }

    @Test(arguments: [
        (#"{"X": [[1], [3], [2]], "Y": [[5]]}"#, "/validation/X"),
        (#"{"X": [[1], [3]], "Y": [[5, 1]]}"#, "/validation/Y"),
        (#"{"X": [[1], [3]], "Y": [[5], [1]]}"#, "/validation/Y"),
        (#"{"X": [[1], [3]], "Y": [[5]], "Z": 1}"#, "/validation/Z"),
        (#"{"X": [[1], [3]]}"#, "/validation"),
    ])
    func `a validation batch that does not fit is refused where it does not`(
        batch: String, pointer: String
    ) throws {
        let answer = try train(also: #", "validation": \#(batch)"#)
        #expect(answer.status == 422)
        #expect(try answer.faults.map(\.pointer).contains(pointer), "\(answer.text)")
    }

    // MARK: Endings

    @Test func `a training that diverges answers the network of before, and where it did`() throws {
        let answer = try Answer(
            "train",
            Worked.body(
                also: #", "training": {"optimizer": "sgd", "learning_rate": 1e6, "epochs": 99}"#))
        #expect(answer.status == 200)
        #expect(try answer.string("/outcome") == "diverged")
        #expect(try answer.names("/failure") == ["epoch", "step", "tensor", "kind", "detail"])
        let epoch = try answer.number("/failure/epoch")
        #expect(epoch > 1 && epoch < 99)
        #expect(try answer.number("/failure/step") == epoch)
        #expect(try Double(answer.numbers("/costs").elements.count) == epoch - 1)
        #expect(
            try answer.numbers("/network/layers/0/W").elements.allSatisfy(\.isFinite))
        #expect(!answer.text.contains("non_finite"))
    }

    @Test func `a cost that rises is warned of`() throws {
        let answer = try Answer(
            "train",
            Worked.body(
                also: #", "training": {"optimizer": "sgd", "learning_rate": 10, "epochs": 2}"#))
        #expect(
            try answer.string("/warnings/0")
                == "the cost of epoch 2 is more than ten times that of the first: "
                + "the learning rate may be too high")
    }

    @Test func `a network that learns nothing is warned of`() throws {
        // relu of −1 is 0, and flat.
        let answer = try Answer(
            "train",
            """
            {"network": {"layers": [{"W": [[-1]], "b": [0], "activation": "relu"}]}, \
            "batch": {"X": [[1]], "Y": [[1]]}, "loss": "half_squared_error", \
            "training": {"optimizer": "sgd", "epochs": 3}}
            """)
        #expect(
            try #require(answer["/warnings"]).elements().map { try $0.string() } == [
                "every derivative of the last step of epoch 1 is 0: the network learns nothing"
            ])
    }
}
