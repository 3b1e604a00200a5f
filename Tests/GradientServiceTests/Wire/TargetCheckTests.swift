import NeuralNetwork
import Testing

@testable import GradientService

struct TargetCheckTests {
    /// The faults of two examples with three outputs each, `y` a text.
    private func faults(
        _ loss: String, y: String, layout: Layout = .pytorch, activation: String = "softmax"
    ) throws -> [Fault] {
        let x = layout.examplesAreColumns ? "[[1, 2]]" : "[[1], [2]]"
        return try Answer(
            "backward",
            """
            {"network": {"layers": [{"W": [[1], [2], [3]], "b": [0, 0, 0], \
            "activation": "\(activation)"}]}, "batch": {"X": \(x), "Y": \(y)}, \
            "loss": \(loss), "layout": "\(layout.rawValue)"}
            """
        ).faults
    }

    @Test(arguments: ["[0, 2]", "[2.0, 1]", "[[0], [1]]", "[[0, -0.0]]"])
    func `class indices from 0 to the last class are taken`(y: String) throws {
        #expect(try faults(#""sparse_categorical_crossentropy""#, y: y) == [])
    }

    @Test(arguments: [
        ("[0, 3]", "Y[1] is 3.0"), ("[-1, 0]", "Y[0] is -1.0"), ("[1, 0.5]", "Y[1] is 0.5"),
        ("[[0], [1e300]]", "Y[1, 0] is 1e+300"), ("[[0, 9]]", "Y[0, 1] is 9.0"),
    ])
    func `a number that is no class is refused by its place`(y: String, found: String) throws {
        #expect(
            try faults(#""sparse_categorical_crossentropy""#, y: y)
                == [Fault("/batch/Y", "\(found), expected a class index from 0 to 2")])
    }

    @Test func `class indices mean the same as one-hot targets`() throws {
        func answer(_ loss: String, _ y: String) throws -> Answer {
            try Answer(
                "backward",
                """
                {"network": {"layers": [{"W": [[1], [2], [3]], "b": [0, 1, 0], \
                "activation": "softmax"}]}, "batch": {"X": [[1], [2]], "Y": \(y)}, \
                "loss": "\(loss)", "layout": "pytorch", "include": ["dW", "dZ", "losses"]}
                """)
        }
        let sparse = try answer("sparse_categorical_crossentropy", "[2, 0]")
        let dense = try answer("categorical_crossentropy", "[[0, 0, 1], [1, 0, 0]]")
        for pointer in ["/losses", "/layers/0/dZ", "/layers/0/dW"] {
            #expect(try sparse.numbers(pointer) == dense.numbers(pointer))
        }
    }

    @Test(arguments: [
        ("[[0, 1, 0.5], [0, 0, 1.5]]", "Y[1, 2] is 1.5"),
        ("[[0, -0.1, 0], [0, 0, 0]]", "Y[0, 1] is -0.1"),
    ])
    func `targets of binary cross-entropy are probabilities`(y: String, found: String) throws {
        #expect(
            try faults(#""binary_crossentropy""#, y: y, activation: "sigmoid")
                == [Fault("/batch/Y", "\(found), expected a probability from 0 to 1")])
    }

    @Test func `targets of categorical cross-entropy are not negative`() throws {
        // Above 1 they weigh an example, which some courses do.
        #expect(try faults(#""categorical_crossentropy""#, y: "[[2, 0, 0], [0, 1, 0]]") == [])
        #expect(
            try faults(#""categorical_crossentropy""#, y: "[[1, 0, 0], [0, -1, 0]]") == [
                Fault(
                    "/batch/Y", "Y[1, 1] is -1.0, expected a probability, which is not negative")
            ])
    }

    @Test(arguments: ["hinge", "squared_hinge"])
    func `targets of a hinge are signs`(loss: String) throws {
        #expect(
            try faults(#""\#(loss)""#, y: "[[-1, 1, 1], [1, -1, -1]]", activation: "tanh") == [])
        #expect(
            try faults(#""\#(loss)""#, y: "[[-1, 1, 1], [1, 0, -1]]", activation: "tanh")
                == [Fault("/batch/Y", "Y[1, 1] is 0.0, expected -1 or 1")])
    }

    @Test func `targets of the Poisson loss are not negative`() throws {
        #expect(
            try faults(#""poisson""#, y: "[[0, 7, 2.5], [1, -1, 0]]", activation: "softplus")
                == [Fault("/batch/Y", "Y[1, 1] is -1.0, expected a number that is not negative")])
    }

    @Test(arguments: [
        "mean_squared_error", "half_squared_error", "mean_absolute_error", "huber", "smooth_l1",
        "log_cosh", "cosine_similarity",
    ])
    func `targets of the other losses are any numbers`(loss: String) throws {
        let y = "[[-1e9, 0.5, 3], [1e9, 0, -7]]"
        #expect(try faults(#""\#(loss)""#, y: y, activation: "linear") == [])
    }

    @Test func `the place is that in the request's own layout`() throws {
        #expect(
            try faults(
                #""binary_crossentropy""#, y: "[[0, 0], [0, 7], [0, 0]]", layout: .course,
                activation: "sigmoid"
            ).map(\.detail) == ["Y[1, 1] is 7.0, expected a probability from 0 to 1"])
    }

    @Test(arguments: ["sigmoid", "softmax", "relu"])
    func `logits are those of a linear last layer`(activation: String) throws {
        let loss = #"{"type": "categorical_crossentropy", "from_logits": true}"#
        let y = "[[1, 0, 0], [0, 1, 0]]"
        #expect(try faults(loss, y: y, activation: "linear") == [])
        let found = try faults(loss, y: y, activation: activation)
        #expect(found.map(\.pointer) == ["/network/layers/0/activation"])
        #expect(found[0].detail.hasSuffix("and the last layer is \(activation)"))
        #expect(found[0].hint?.hasPrefix("leave from_logits out") == true)
    }
}
