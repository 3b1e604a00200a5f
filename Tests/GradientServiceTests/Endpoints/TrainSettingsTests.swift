import Testing

@testable import GradientService

/// What `/train` can be told of how to go, seen in what it answers.
struct TrainSettingsTests {
    private func train(_ training: String, also: String = "") throws -> Answer {
        let own = #""optimizer": "sgd""#
        return try Answer(
            "train", Worked.body(also: #", "training": {\#(own), \#(training)}\#(also)"#))
    }

    private func column(_ name: String, of answer: Answer) throws -> [Double] {
        try answer.numbers("/history/\(name)").elements
    }

    @Test func `a schedule sets the rate of each step`() throws {
        let answer = try train(
            #""learning_rate": 0.5, "epochs": 4, "schedule": {"type": "inverse_time"}"#)
        // η₀ / (1 + t)
        #expect(try column("learning_rate:last", of: answer) == [0.5, 0.25, 0.5 / 3, 0.125])
        #expect(try answer.string("/training/schedule/type") == "inverse_time")
        #expect(
            try answer.string("/training/schedule_rule")
                == "η = η₀ / (1 + decay_rate·⌊t/interval⌋ / decay_steps)")
    }

    @Test func `clipping bounds the step, and its norm is told as it was before`() throws {
        let answer = try train(
            #""learning_rate": 0.5, "epochs": 1, "clipping": {"type": "value", "limit": 1}"#)
        let clipped = Worked.dW.map { $0.map { min(max($0, -1), 1) } }
        for index in 0...1 {
            #expect(
                try answer.numbers("/network/layers/\(index)/W").elements
                    == (Worked.weights[index] + clipped[index].map { -0.5 * $0 }).elements)
        }
        let squares = (Worked.dW + Worked.db).flatMap(\.elements).map { $0 * $0 }.reduce(0, +)
        let norms = try column("gradient_norm:mean", of: answer)
        // The squares and their sum are exact; the root, and what scales it, round once each.
        #expect(norms.count == 1 && abs(norms[0] - squares.squareRoot()) < 1e-14)
        #expect(try column("gradient_norm:max", of: answer) == norms)
        #expect(try answer.string("/training/clipping/type") == "value")
        #expect(try answer.string("/training/clipping_rule").hasPrefix("g ← "))
    }

    /// With seed 0 NumPy permutes two as 10, 01, 01 one after another; with seeds 0, 1, 2 anew as
    /// 10, 01, 10. At rate 0 the last step is then of the second example, or of the first.
    @Test(arguments: [("continued", 1), ("reseeded", 0)])
    func `shuffling takes the examples in the order that NumPy draws`(
        order: String, last: Int
    ) throws {
        let answer = try train(
            """
            "learning_rate": 0, "epochs": 3, "batch_size": 1, \
            "shuffle": {"seed": 0, "order": "\(order)"}
            """)
        #expect(try answer.number("/last_step/cost") == Worked.losses[last])
        #expect(try answer.string("/training/shuffle/order") == order)
        #expect(try answer.number("/training/shuffle/seed") == 0)
    }

    @Test func `a training without improvement stops early, and tells its best epoch`() throws {
        let answer = try train(
            #""learning_rate": 0, "epochs": 9, "early_stopping": {"patience": 2}"#)
        #expect(try answer.string("/outcome") == "stopped_early")
        #expect(try column("epoch", of: answer) == [1, 2, 3])
        #expect(try answer.number("/best/epoch") == 1)
        #expect(try answer.number("/best/value") == Worked.cost)
        #expect(try answer.string("/best/monitor") == "loss:mean")
        #expect(try #require(answer["/best/restored"]).boolean() == false)
    }

    @Test func `the best network is restored where that is asked for`() throws {
        // The first step goes too far: its loss, before it, is the least.
        let stopping = #"{"patience": 2, "restore_best": true}"#
        let answer = try train(
            #""learning_rate": 0.5, "epochs": 3, "early_stopping": \#(stopping)"#)
        let best = try train(#""learning_rate": 0.5, "epochs": 1"#)
        #expect(try answer.number("/best/epoch") == 1)
        #expect(
            try answer.numbers("/network/layers/0/W") == best.numbers("/network/layers/0/W"))
    }

    @Test func `reports come every so many epochs, and of the last`() throws {
        let answer = try train(#""epochs": 5, "batch_size": 1, "report_every": 2"#)
        #expect(try column("epoch", of: answer) == [2, 4, 5])
        #expect(try column("step", of: answer) == [4, 8, 10])
        let costs = try answer.numbers("/costs").elements
        #expect(costs.count == 5)
        #expect(try column("cost:mean", of: answer) == [costs[1], costs[3], costs[4]])
    }

    @Test func `what is watched is told of each parameter`() throws {
        let answer = try train(
            #""learning_rate": 0.5, "epochs": 1, "watch": ["gradient_norms", "update_ratios"]"#)
        #expect(try column("layers.1.db.norm:last", of: answer) == [0.5])
        #expect(try column("layers.0.dW.norm:last", of: answer) == [(20.5625).squareRoot()])
        // b₁ is ½ and goes ½·½ up.
        #expect(try column("layers.1.b.update_ratio:last", of: answer) == [0.5])
        #expect(
            try answer.names("/history") == [
                "epoch", "step", "cost:mean", "loss:mean", "learning_rate:last",
                "layers.0.dW.norm:last", "layers.0.db.norm:last", "layers.1.dW.norm:last",
                "layers.1.db.norm:last", "layers.0.W.update_ratio:last",
                "layers.0.b.update_ratio:last", "layers.1.W.update_ratio:last",
                "layers.1.b.update_ratio:last",
            ])
    }

    @Test func `metrics are told of each epoch and of the answered network`() throws {
        let answer = try train(#""learning_rate": 0, "epochs": 2"#, also: #", "metrics": ["r2"]"#)
        // Y lies 3 about its mean: 1 − (½² + 1½²) / (3² + 3²).
        let r2 = 1 - 2.5 / 18
        #expect(try column("r2:uniform_average", of: answer) == [r2, r2])
        #expect(
            try answer.names("/evaluation/batch") == [
                "cost:mean", "loss:mean", "r2:uniform_average",
            ])
        #expect(try answer.number("/evaluation/batch/r2:uniform_average") == r2)
        #expect(try answer.number("/evaluation/batch/loss:mean") == Worked.cost)
    }

    @Test func `a confusion matrix is of the answered network alone`() throws {
        // Logits −1, 1, 2 are told as 0, 1, 1.
        let answer = try Answer(
            "train",
            """
            {"network": {"layers": [{"W": [[1]], "b": [0], "activation": "sigmoid"}]}, \
            "batch": {"X": [[-1, 1, 2]], "Y": [[0, 1, 0]]}, "loss": "binary_crossentropy", \
            "training": {"optimizer": "sgd", "learning_rate": 0, "epochs": 1}, \
            "metrics": ["accuracy", "confusion_matrix"]}
            """)
        #expect(try answer.numbers("/evaluation/batch/confusion_matrix").elements == [1, 1, 0, 1])
        #expect(try answer.numbers("/evaluation/batch/confusion_matrix").shape == [2, 2])
        #expect(try column("accuracy:mean", of: answer) == [2.0 / 3])
        #expect(try !answer.names("/history").contains("confusion_matrix"))
    }

    @Test func `a validation batch is told of after each epoch`() throws {
        let answer = try train(
            #""learning_rate": 0, "epochs": 2"#,
            also: #", "validation": {"X": [[1], [3]], "Y": [[5]]}, "metrics": ["r2"]"#)
        #expect(try column("validation.loss:mean", of: answer) == [0.125, 0.125])
        #expect(try column("loss:mean", of: answer) == [Worked.cost, Worked.cost])
        #expect(try answer.number("/evaluation/validation/loss:mean") == 0.125)
        #expect(try answer.number("/evaluation/batch/loss:mean") == Worked.cost)
    }
}
