import Checking
import Glibc
import NeuralNetwork
import Testing

@testable import GradientService

/// A training with a mistake made on purpose.
struct TrainFaultTests {
    private func train(_ training: String, _ also: String = "") throws -> Answer {
        try Answer("train", Worked.body(also: #", "training": {\#(training)}\#(also)"#))
    }

    private let sgd = #""optimizer": "sgd", "learning_rate": 0.25, "epochs": 3"#

    @Test func `1/m twice is a learning rate that is m times smaller`() throws {
        let faulty = try train(sgd, #", "fault": "one_over_m_twice""#)
        let slow = try train(#""optimizer": "sgd", "learning_rate": 0.125, "epochs": 3"#)
        // Halves are exact.
        for pointer in ["/network/layers/0/W", "/network/layers/1/b", "/costs"] {
            #expect(try faulty.numbers(pointer).elements == slow.numbers(pointer).elements)
        }
    }

    @Test func `the costs of the right training stand beside those of the faulty one`() throws {
        let faulty = try train(sgd, #", "fault": "one_over_m_twice""#)
        let right = try train(sgd)
        #expect(
            try faulty.numbers("/costs_without_fault").elements
                == right.numbers("/costs").elements)
        #expect(try faulty.numbers("/costs").elements != right.numbers("/costs").elements)
        #expect(right["/costs_without_fault"] == nil)
    }

    @Test func `Adam hides a wrong scale`() throws {
        let adam =
            #""optimizer": {"type": "adam", "epsilon": 1e-12}, "learning_rate": 0.01, "epochs": 40"#
        let answer = try train(adam, #", "fault": "one_over_m_twice""#)
        let (faulty, right) = try (
            answer.numbers("/costs").elements, answer.numbers("/costs_without_fault").elements
        )
        // Adam divides each derivative by the root of its mean square, in which a factor cancels out
        // but for epsilon: of derivatives of 0.01 and more, 1e-10 of each step is left of it.
        for (faulty, right) in zip(faulty, right) { #expect(abs(faulty - right) < 1e-8) }
        #expect(faulty[39] < 0.8 * faulty[0])
    }

    // MARK: Marks

    @Test func `everything that a fault has made is marked with its name`() throws {
        let answer = try train(sgd, #", "fault": "one_over_m_twice""#)
        #expect(try answer.names("").first == "fault")
        #expect(try answer.string("/fault/name") == "one_over_m_twice")
        #expect(try answer.string("/fault/note").hasPrefix("Deliberately faulty"))
        #expect(answer.text.contains(#""made_in":["dW2","db2","dW1","db1"]"#))
        #expect(try answer.string("/fault/sentence").hasPrefix("dW2 is divided by m twice"))
        for place in ["/network", "/training", "/last_step"] {
            #expect(try answer.string(place + "/deliberately_faulty") == "one_over_m_twice")
        }
        #expect(
            try answer.string("/last_step/meaning/dW/formula")
                == "deliberately faulty, and not ∂J/∂W = (1/m)·dZ·A_prevᵀ")
    }

    @Test func `a right training has no mark`() throws {
        #expect(try !train(sgd).text.contains("fault\""))
        #expect(try !train(sgd).text.contains("faulty"))
    }

    @Test func `a network that a fault has made is refused by its mark`() throws {
        let network = #"{"deliberately_faulty": "sign", "layers": [{"units": 1}]}"#
        let answer = try Answer(
            "forward", #"{"network": \#(network), "batch": {"X": [[1]]}}"#)
        #expect(try answer.faults.map(\.pointer) == ["/network/deliberately_faulty"])
    }

    @Test func `the last step's derivatives are those that the update went along`() throws {
        let answer = try train(
            #""optimizer": "sgd", "learning_rate": 0.5, "epochs": 1"#,
            #", "fault": "one_over_m_missing""#)
        for index in 0...1 {
            let dW = Worked.dW[index].map { 2 * $0 }
            #expect(
                try answer.numbers("/last_step/layers/\(index)/dW").elements == dW.elements)
            #expect(
                try answer.numbers("/network/layers/\(index)/W").elements
                    == (Worked.weights[index] + dW.map { -0.5 * $0 }).elements)
        }
    }

    // MARK: Every fault

    @Test(arguments: Checking.Fault.all.map(\.name))
    func `every fault changes the network that comes out`(name: String) throws {
        // The first of these networks that has room for it.
        let faults = try Self.requests.lazy.map { request in
            (request, try Answer("train", #"{\#(request), "fault": "\#(name)"}"#))
        }
        let (request, faulty) = try #require(faults.first { $0.1.status == 200 })
        let right = try Answer("train", "{\(request)}")
        let layers = try #require(right["/network/layers"]).elements()
        var isChanged = false
        for (index, layer) in layers.enumerated() {
            for (array, value) in try layer.members() where value.kind == .array {
                guard let numbers = try? value.numbers() else { continue }
                let own = try faulty.numbers("/network/layers/\(index)/\(array)")
                isChanged = isChanged || own.elements != numbers.elements
            }
        }
        #expect(isChanged)
        let sentence = try faulty.string("/fault/sentence")
        #expect(sentence.hasSuffix(".") && !sentence.contains("  "))
        #expect(try faulty.numbers("/costs").elements.count == 2)
    }

    private static let requests = [
        chain, sequence, image, ties, recurrence, attention, indices, slopes, branches,
    ]

    /// Numbers from −1 to 1 that follow no pattern of their own.
    private static func numbers(_ count: Int) -> String {
        "[" + (1...count).map { "\(sin(Double($0 * $0)))" }.joined(separator: ", ") + "]"
    }

    /// Six examples in steps of four, with weights and a penalty; hidden layers of four units, so
    /// that their W is square and their b is as long as a step.
    private static let chain = """
        "layout": "pytorch", "network": {"seed": 3, "layers": [
        {"units": 4, "activation": "relu"}, {"units": 4, "activation": "tanh"},
        {"type": "dropout", "rate": 0.5, "seed": 1}, {"units": 4, "activation": "sigmoid"},
        {"W": {"shape": [2, 4], "data": \(numbers(8))}, "b": [0.5, -0.5], "activation": "sigmoid"}
        ]}, "batch": {"X": {"shape": [6, 3], "data": \(numbers(18))},
        "Y": [[0, 1], [1, 0], [1, 1], [0, 0], [0, 1], [1, 0]],
        "sample_weight": [1, 2, 3, 1, 2, 3]}, "loss": "binary_crossentropy",
        "penalty": {"l2": 0.5, "scale": "lambda/2m"},
        "training": {"optimizer": {"type": "momentum"}, "learning_rate": 0.001, "epochs": 2,
        "batch_size": 4}
        """

    /// Sequences of three positions, an output that is taken twice, and softmax with a loss that is
    /// not its own.
    private static let sequence = """
        "network": {"seed": 3, "layers": [
        {"type": "simple_rnn", "units": 2, "return_sequences": true, "name": "r"},
        {"type": "batch_normalization", "gamma": [1, 2], "beta": [0.5, 0], "moving_mean": [0, 0],
        "moving_variance": [1, 1], "name": "n"},
        {"type": "add", "inputs": ["r", "n"]}, {"type": "activation", "activation": "softmax"}
        ]}, "batch": {"X": {"shape": [2, 3, 2], "data": \(numbers(12))},
        "Y": [[[0, 1], [1, 0], [1, 0]], [[0, 1], [0, 1], [1, 0]]]}, "loss": "mean_squared_error",
        "training": {"optimizer": "sgd", "epochs": 2}
        """

    /// The rest of a request: Y of one output, and how it is trained.
    private static func rest(examples m: Int) -> String {
        """
        "Y": {"shape": [\(m), 1], "data": \(numbers(m))}}, "loss": "mean_squared_error",
        "training": {"optimizer": "sgd", "epochs": 2}
        """
    }

    /// Convolutions with padding, both poolings, and images that are made flat.
    private static let image = """
        "layout": "keras", "network": {"seed": 3, "layers": [
        {"type": "conv2d", "filters": 2, "kernel_size": 3, "padding": "same", "activation": "tanh"},
        {"type": "max_pooling2d", "pool_size": 2},
        {"type": "conv2d", "filters": 2, "kernel_size": 3, "padding": "same", "activation": "tanh"},
        {"type": "average_pooling2d", "pool_size": [1, 2]}, {"type": "flatten"},
        {"type": "layer_normalization", "gamma": \(numbers(16)), "beta": \(numbers(16))}, {"units": 1}
        ]}, "batch": {"X": {"shape": [3, 8, 8, 1], "data": \(numbers(192))}, \(rest(examples: 3))
        """

    /// Windows whose largest number stands in them twice.
    private static let ties = """
        "layout": "keras", "network": {"seed": 3, "layers": [
        {"type": "conv2d", "filters": 2, "kernel_size": 1}, {"type": "max_pooling2d", "pool_size": 2},
        {"type": "flatten"}, {"units": 1}
        ]}, "batch": {"X": {"shape": [2, 2, 2, 1], "data": [1, 1, 1, 1, 2, 2, 1, 1]},
        \(rest(examples: 2))
        """

    private static let recurrence = """
        "layout": "keras", "network": {"seed": 3, "layers": [
        {"type": "simple_rnn", "units": 3}, {"units": 1}
        ]}, "batch": {"X": {"shape": [2, 4, 2], "data": \(numbers(16))}, \(rest(examples: 2))
        """

    private static let attention = """
        "layout": "keras", "network": {"seed": 3, "layers": [
        {"units": 4}, {"type": "multi_head_attention", "num_heads": 1, "key_dim": 4},
        {"type": "flatten"}, {"units": 1}
        ]}, "batch": {"X": {"shape": [2, 3, 4], "data": \(numbers(24))}, \(rest(examples: 2))
        """

    /// Indices, one of which stands there twice.
    private static let indices = """
        "layout": "keras", "network": {"seed": 3, "layers": [
        {"type": "embedding", "input_dim": 3, "output_dim": 2}, {"type": "flatten"}, {"units": 1}
        ]}, "batch": {"X": [[0, 1, 0], [2, 1, 0]], \(rest(examples: 2))
        """

    private static let slopes = """
        "layout": "keras", "network": {"seed": 3, "layers": [{"units": 3}, {"type": "prelu"}, {"units": 1}
        ]}, "batch": {"X": {"shape": [4, 2], "data": \(numbers(8))}, \(rest(examples: 4))
        """

    /// Two layers side by side, and one after the other again.
    private static let branches = """
        "layout": "keras", "network": {"seed": 3, "layers": [
        {"units": 2, "name": "a", "inputs": ["X"]}, {"units": 2, "name": "b", "inputs": ["X"]},
        {"type": "concatenate", "inputs": ["a", "b"]}, {"units": 1}
        ]}, "batch": {"X": {"shape": [4, 2], "data": \(numbers(8))}, \(rest(examples: 4))
        """

    @Test func `a penalty's mistake leaves the data's term as it is`() throws {
        let penalty = #", "penalty": {"l2": 2, "scale": "lambda/2"}"#
        let answer = try train(
            #""optimizer": "sgd", "epochs": 1"#, penalty + #", "fault": "penalty_subtracted""#)
        #expect(
            try answer.numbers("/last_step/layers/0/dW_data").elements == Worked.dW[0].elements)
        // ∂R/∂W = 2·W, subtracted.
        #expect(
            try answer.numbers("/last_step/layers/0/dW_penalty").elements
                == Worked.weights[0].map { -2 * $0 }.elements)
    }

    // MARK: Refusals

    @Test func `an unknown fault is refused with the name that was meant`() throws {
        let answer = try train(sgd, #", "fault": "one_over_m_twise""#)
        #expect(
            try answer.faults == [
                Fault(
                    "/fault", #"unknown fault "one_over_m_twise""#,
                    hint: #"did you mean "one_over_m_twice"?"#)
            ])
    }

    @Test func `a fault in float32 is refused`() throws {
        let answer = try train(sgd, #", "fault": "sign", "precision": "float32""#)
        #expect(
            try answer.faults == [
                Fault("/fault", "is made in float64 alone, and the request asks for float32")
            ])
    }

    @Test(arguments: [
        ("dropout_mask_forgotten", "a dropout behind a layer that learns"),
        ("W_not_transposed", "a fully connected layer behind another, with a W that is square"),
        ("penalty_forgotten", "a penalty on the weights"),
        ("dataset_size", "a batch_size below the number of examples"),
        ("outputs_averaged", "more outputs than one"),
    ])
    func `a fault that there is no room for is refused with what it needs`(
        name: String, needs: String
    ) throws {
        let answer = try train(sgd, #", "fault": "\#(name)""#)
        #expect(answer.status == 422)
        #expect(
            try answer.faults == [
                Fault(
                    "/fault", #""\#(name)" changes nothing in the first step of this training"#,
                    hint: "it needs " + needs)
            ])
    }

    @Test func `1/m twice is refused where a step has one example`() throws {
        let answer = try train(
            sgd + #", "batch_size": 1"#, #", "fault": "one_over_m_twice""#)
        #expect(
            try answer.faults.map(\.hint) == [
                "it needs a step of at least 2 examples, for 1/1 changes nothing"
            ])
    }

    // MARK: Work

    @Test func `the work of both trainings is bounded beforehand`() throws {
        let dry = #", "dry_run": true"#
        let right = try train(sgd, dry).number("/dry_run/operations")
        let faulty = try train(sgd, dry + #", "fault": "sign""#).number("/dry_run/operations")
        #expect(faulty == 6 * right)
    }

    @Test(arguments: [10, 110])
    func `each of the two trainings is stopped when nobody waits`(steps: Int) throws {
        let body = Worked.body(
            also: #", "training": {"optimizer": "sgd", "epochs": 100}, "fault": "sign""#)
        var asked = 0
        let error = #expect(throws: RequestError.self) {
            try Train.decode(Array(body.utf8), within: .init()).response(within: .init()) {
                asked += 1
                return asked > steps
            }
        }
        #expect(asked == steps + 1)
        #expect(error?.type == "cancelled")
    }
}
