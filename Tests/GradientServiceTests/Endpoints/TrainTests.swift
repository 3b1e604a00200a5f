import NeuralNetwork
import Testing

@testable import GradientService

struct TrainTests {
    private func train(_ training: String, also: String = "", limits: ServiceLimits = .init())
        throws -> Answer
    {
        try Answer(
            "train", Worked.body(also: #", "training": {\#(training)}\#(also)"#), limits: limits)
    }

    @Test func `one step goes along the worked gradients`() throws {
        let answer = try train(#""optimizer": "sgd", "learning_rate": 0.5, "epochs": 1"#)
        for index in 0...1 {
            let layer = "/network/layers/\(index)"
            let weights = Worked.weights[index] + Worked.dW[index].map { -0.5 * $0 }
            let bias = Worked.bias[index] + Worked.db[index].map { -0.5 * $0 }
            #expect(try answer.numbers(layer + "/W").elements == weights.elements)
            #expect(try answer.numbers(layer + "/b").elements == bias.elements)
        }
        #expect(try answer.numbers("/costs").elements == [Worked.cost])
    }

    @Test func `the last step is told as it was before its update`() throws {
        let answer = try train(#""optimizer": "sgd", "epochs": 1"#)
        #expect(try answer.number("/last_step/cost") == Worked.cost)
        #expect(try answer.names("/last_step") == ["cost", "layers", "meaning"])
        for index in 0...1 {
            let layer = "/last_step/layers/\(index)"
            #expect(try answer.names(layer) == ["dW", "db"])
            #expect(try answer.numbers(layer + "/dW").elements == Worked.dW[index].elements)
            #expect(try answer.numbers(layer + "/db").elements == Worked.db[index].elements)
        }
    }

    @Test func `the convention turns the last step's gradients, never the training`() throws {
        let training = #""optimizer": "sgd", "epochs": 3"#
        let answers = try Convention.allCases.map {
            try train(training, also: #", "convention": "\#($0.rawValue)""#)
        }
        for pointer in ["/network/layers/0/W", "/network/layers/1/b", "/costs"] {
            #expect(Set(try answers.map { try $0.numbers(pointer).elements }).count == 1)
        }
        let dW = try answers.map { try $0.numbers("/last_step/layers/0/dW").elements }
        #expect(dW[0] == dW[1])
        #expect(dW[2] == dW[0].map { 2 * $0 })  // Twice is exact, so m = 2 can be compared.
    }

    @Test func `settings in force are told, the defaults with them`() throws {
        let answer = try train(#""optimizer": "adam", "epochs": 2"#)
        #expect(
            try answer.names("/training") == [
                "optimizer", "rule", "learning_rate", "epochs", "batch_size", "steps",
            ])
        #expect(try answer.string("/training/optimizer/type") == "adam")
        #expect(try answer.number("/training/optimizer/beta_1") == 0.9)
        #expect(try answer.number("/training/optimizer/beta_2") == 0.999)
        #expect(try answer.number("/training/optimizer/epsilon") == 1e-8)
        #expect(try answer.number("/training/learning_rate") == 0.001)
        #expect(try answer.number("/training/batch_size") == 2)
        #expect(try answer.number("/training/epochs") == 2)
        #expect(try answer.number("/training/steps") == 2)
    }

    @Test func `mini-batches are taken in order, and the last step is of the last one`() throws {
        let training = #""optimizer": "sgd", "learning_rate": 0, "epochs": 3, "batch_size": 1"#
        let answer = try train(training, also: #", "include": ["dZ", "Z", "A", "dA"]"#)
        #expect(try answer.number("/training/steps") == 6)
        #expect(try answer.number("/last_step/meaning/examples") == 1)
        // At rate 0 nothing moves: the last step is the second example by itself.
        #expect(try answer.numbers("/last_step/layers/1/Z").elements == [-2.5])
        #expect(try answer.numbers("/last_step/layers/1/dZ").elements == [-1.5])
        #expect(try answer.number("/last_step/cost") == Worked.losses[1])
        #expect(try answer.numbers("/costs").elements == Array(repeating: Worked.cost, count: 3))
    }

    @Test func `a batch size above the batch takes the whole batch`() throws {
        let whole = try train(#""optimizer": "sgd", "epochs": 2"#)
        let large = try train(#""optimizer": "sgd", "epochs": 2, "batch_size": 1000000000"#)
        #expect(try large.number("/training/steps") == 2)
        for pointer in ["/network/layers/0/W", "/costs", "/last_step/layers/1/dW"] {
            #expect(try large.numbers(pointer) == whole.numbers(pointer))
        }
    }

    @Test(arguments: Layout.allCases)
    func `the trained network is one that a request may give`(layout: Layout) throws {
        let training = #", "training": {"optimizer": "sgd", "learning_rate": 0.5, "epochs": 1}"#
        let answer = try Answer("train", Worked.body(layout: layout, also: training))
        let start = try #require(answer.text.firstRange(of: #"{"network":"#))
        let end = try #require(answer.text.firstRange(of: #","costs":"#))
        let network = answer.text[start.upperBound..<end.lowerBound]
        let given = Worked.body(layout: layout)
        let rest = try #require(given.firstRange(of: #", "batch""#))
        let forward = try Answer(
            "forward", #"{"network": \#(network)\#(given[rest.lowerBound...])"#)
        #expect(forward.status == 200)
        // W₀ is now (1¾, −1⅜), (¾, 1½), (−¼, ¼) with b₀ ⅜, −1½, ¼, and W₁ (2⅛, −1, 1 9⁄16) with ¾:
        // relu leaves (0, 3¾, ¾) and (5¼, 0, 0) of the two examples.
        #expect(try forward.numbers("/outputs").elements == [-1.828125, 11.90625])
    }

    @Test(arguments: [#""rate": 0.5"#, #""keep_prob": 0.5"#])
    func `a trained dropout has the one setting that it was given`(setting: String) throws {
        let layers = #"{"units": 1}, {"type": "dropout", \#(setting), "seed": 3}"#
        let answer = try Answer(
            "train",
            #"{"network": {"layers": [\#(layers)]}, "batch": {"X": [[1]], "Y": [[1]]}, "#
                + #""loss": "huber", "training": {"optimizer": "sgd", "epochs": 1}}"#)
        #expect(
            answer.text.contains(
                #"{"type":"dropout",\#(setting.replacing(" ", with: "")),"seed":3}"#))
    }

    @Test func `a penalty is part of the costs and of the step`() throws {
        let answer = try train(
            #""optimizer": "sgd", "learning_rate": 0.5, "epochs": 1"#,
            also: #", "penalty": {"l2": 2, "scale": "lambda/2"}"#)
        #expect(try answer.numbers("/costs").elements == [Worked.cost + Worked.squaredWeights])
        #expect(try answer.number("/last_step/cost_penalty") == Worked.squaredWeights)
        // ∂R/∂W = ½·2·2·W, so that θ ← W − ½·(dW + 2·W) = −½·dW.
        #expect(
            try answer.numbers("/network/layers/0/W").elements
                == Worked.dW[0].map { -0.5 * $0 }.elements)
    }

    @Test(arguments: [
        (
            "{}",
            [("/training", #""optimizer" is missing"#), ("/training", #""epochs" is missing"#)]
        ),
        (
            #"{"optimizer": "sgd", "epochs": 0}"#,
            [("/training/epochs", "0 is out of range: expected 1 to 1000000000")]
        ),
        (
            #"{"optimizer": "adma", "epochs": 1, "learning_rate": -1, "batch_size": 0, "lr": 1}"#,
            [
                ("/training/optimizer", #"unknown optimizer "adma""#),
                ("/training/learning_rate", "-1.0 is out of range: expected 0.0 to 1000000.0"),
                ("/training/batch_size", "0 is out of range: expected 1 to 1000000000"),
                ("/training/lr", #"unknown field "lr""#),
            ]
        ),
    ])
    func `settings that are wrong are told together`(
        training: String, expected: [(String, String)]
    ) throws {
        let answer = try Answer("train", Worked.body(also: #", "training": \#(training)"#))
        #expect(answer.status == 422)
        let found = try answer.faults
        #expect(found.map(\.pointer) == expected.map(\.0))
        #expect(found.map(\.detail) == expected.map(\.1))
    }

    @Test func `the number of steps is limited`() throws {
        var limits = ServiceLimits()
        limits.steps = 6
        let settings = #""optimizer": "sgd", "batch_size": 1, "epochs": "#
        #expect(try train(settings + "3", limits: limits).status == 200)
        #expect(
            try train(settings + "4", limits: limits).faults == [
                Fault("/training/epochs", "4 epochs of 2 steps are more than the limit of 6 steps")
            ])
    }

    @Test func `a training that nobody waits for is stopped`() throws {
        let body = Worked.body(also: #", "training": {"optimizer": "sgd", "epochs": 100}"#)
        var asked = 0
        let error = #expect(throws: RequestError.self) {
            try Train.decode(Array(body.utf8), within: .init()).response(within: .init()) {
                asked += 1
                return asked > 10
            }
        }
        #expect(asked == 11)
        #expect(error?.type == "cancelled")
    }
}
