import NeuralNetwork
import Testing

@testable import GradientService

/// What all computing calls have in common.
struct ComputationTests {
    static let calls = ["forward", "backward", "train"]

    /// The worked request for a call.
    private func body(_ call: String, form: Grid.Form = .nested, also: String = "") -> String {
        let training = #", "training": {"optimizer": "adam", "epochs": 3}"#
        return Worked.body(form: form, also: (call == "train" ? training : "") + also)
    }

    @Test(arguments: calls)
    func `arrays are read alike in every form`(call: String) throws {
        let nested = try Answer(call, body(call))
        #expect(nested.status == 200)
        for form in Grid.Form.allCases {
            #expect(try Answer(call, body(call, form: form)).text == nested.text)
        }
    }

    @Test(arguments: calls)
    func `the same request gives the same bytes again`(call: String) throws {
        let body = body(call, also: #", "precision": "float32""#)
        #expect(try Answer(call, body).response.body == Answer(call, body).response.body)
    }

    @Test(arguments: calls)
    func `an encoding changes the form of every array and nothing else`(call: String) throws {
        let nested = try Answer(call, body(call))
        let pointers = [
            "forward": ["/outputs", "/losses"],
            "backward": ["/layers/0/dW", "/layers/0/db", "/layers/1/dZ", "/layers/0/dA"],
            "train": ["/network/layers/0/W", "/costs", "/last_step/layers/1/dW"],
        ]
        for (encoding, members) in [
            ("flat", ["shape", "data"]), ("base64", ["shape", "dtype", "base64"]),
        ] {
            let answer = try Answer(call, body(call, also: #", "encoding": "\#(encoding)""#))
            for pointer in pointers[call] ?? [] {
                #expect(try answer.names(pointer) == members)
                #expect(try answer.numbers(pointer) == nested.numbers(pointer))
            }
            #expect(try answer.names("") == nested.names(""))
        }
    }

    @Test func `base64 says its own width`() throws {
        for precision in Precision.allCases {
            let also = #", "encoding": "base64", "precision": "\#(precision.rawValue)""#
            let answer = try Answer("forward", body("forward", also: also))
            #expect(try answer.string("/outputs/dtype") == precision.rawValue)
            #expect(try answer.numbers("/outputs").elements == [5.5, -2.5])
        }
    }

    @Test func `float32 computes and prints in its own width`() throws {
        func outputs(_ precision: String) throws -> String {
            try Answer(
                "forward",
                """
                {"network": {"layers": [{"W": [[0.1]], "b": [0]}]}, "batch": {"X": [[3]]}, \
                "precision": "\(precision)"}
                """
            ).text
        }
        #expect(try outputs("float64") == #"{"outputs":[[0.30000000000000004]]}"#)
        #expect(try outputs("float32") == #"{"outputs":[[0.3]]}"#)
    }

    @Test func `a number that float32 cannot hold is refused`() throws {
        let body = body("forward").replacing("3.0", with: "1e39")
        #expect(try Answer("forward", body).status == 200)
        let narrow = body.replacing(#""layout""#, with: #""precision": "float32", "layout""#)
        #expect(
            try Answer("forward", narrow).faults
                == [Fault("/batch/X", "has a number that is too large for float32")])
    }

    @Test func `numbers that are not finite are null, and listed with their kind`() throws {
        let body = """
            {"network": {"layers": [{"W": [[1e308], [-1e308]], "b": [0, 0]}]}, \
            "batch": {"X": [[1, 10]], "Y": [[0, 0], [0, 0]]}, "loss": "half_squared_error", \
            "include": ["outputs", "dW"], "layout": "course"}
            """
        // −∞ and ∞ from 10·1e308; their squares' mean is ∞; dW has ∞ too.
        let answer = try Answer("backward", body)
        #expect(answer.status == 200)
        #expect(
            answer.text.hasPrefix(
                #"{"cost":null,"outputs":[[1e+308,null],[-1e+308,null]],"layers":[{"dW":[[null],[null]]}]"#
            ))
        let listed = try #require(answer["/non_finite"]).elements().map { number in
            "\(try #require(number["/pointer"]).string()) \(try #require(number["/kind"]).string())"
        }
        #expect(
            listed == [
                "/cost Infinity", "/outputs/0/1 Infinity", "/outputs/1/1 -Infinity",
                "/layers/0/dW/0/0 Infinity", "/layers/0/dW/1/0 -Infinity",
            ])
        #expect(try answer.number("/non_finite_count") == 5)
    }

    @Test func `finite answers list nothing`() throws {
        for call in Self.calls {
            #expect(try !Answer(call, body(call)).text.contains("non_finite"))
        }
    }

    @Test func `one unit and one example are enough`() throws {
        let answer = try Answer(
            "backward",
            """
            {"network": {"layers": [{"W": [[2]], "b": [1], "activation": "sigmoid"}]}, \
            "batch": {"X": [[-0.5]], "Y": [[1]]}, "loss": "binary_crossentropy"}
            """)
        // Z = 0, A = ½, so that dZ = −½ and dW = −½·−½.
        #expect(try answer.numbers("/layers/0/dZ").elements == [-0.5])
        #expect(try answer.numbers("/layers/0/dW").elements == [0.25])
        #expect(try answer.numbers("/layers/0/db").shape == [1, 1])
    }

    @Test(arguments: ["outputs", "dx", "DW"])
    func `include names only arrays of its call`(name: String) throws {
        let answer = try Answer("train", body("train", also: #", "include": ["\#(name)"]"#))
        #expect(try answer.faults.map(\.pointer) == ["/include/0"])
    }
}
