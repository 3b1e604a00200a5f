import JSON
import NeuralNetwork
import Testing

@testable import GradientService

struct ConvertTests {
    /// A convention and a layout, and what a request says them by.
    struct Place: CustomTestStringConvertible, Sendable {
        let convention: Convention
        let layout: Layout

        static let all = Convention.allCases.flatMap { convention in
            Layout.allCases.map { Place(convention: convention, layout: $0) }
        }
        var testDescription: String { "\(convention.rawValue) \(layout.rawValue)" }
        var text: String {
            #"{"convention": "\#(convention.rawValue)", "layout": "\#(layout.rawValue)"}"#
        }
    }

    /// What is refused of a request with these members.
    private func faults(_ members: String) throws -> [Fault] {
        let answer = try Answer("convert", "{\(members)}")
        #expect(answer.status == 422, "\(answer.text)")
        return try answer.faults
    }

    /// The layers of an answer as JSON again, each of a type; some arrays may be left out.
    private func text(_ answer: Answer, types: [String] = [], without: [String] = []) throws
        -> String
    {
        let layers = try #require(answer["/layers"]).elements().enumerated().map { index, layer in
            var members = types.isEmpty ? [] : [#""type": "\#(types[index])""#]
            for (name, value) in try layer.members() where !without.contains(name) {
                let numbers = try value.numbers()
                members.append(
                    #""\#(name)": {"shape": \#(numbers.shape), "data": \#(numbers.elements)}"#)
            }
            return "{" + members.joined(separator: ", ") + "}"
        }
        return "[" + layers.joined(separator: ", ") + "]"
    }

    /// Expects the layers of two answers to be as far apart as rounding makes them.
    private func expectSame(
        _ found: Answer, _ expected: Answer, without: [String] = [], within tolerance: Double = 0
    ) throws {
        for (index, layer) in try #require(expected["/layers"]).elements().enumerated() {
            for (name, value) in try layer.members() where !without.contains(name) {
                let (own, theirs) = (
                    try found.numbers("/layers/\(index)/\(name)"), try value.numbers()
                )
                #expect(own.shape == theirs.shape, "\(index) \(name)")
                for (a, b) in zip(own.elements, theirs.elements) {
                    #expect(abs(a - b) <= tolerance * abs(b), "\(index) \(name)")
                }
            }
        }
    }

    // MARK: The same as /backward answers

    @Test(arguments: Place.all, Place.all)
    func `the worked gradients of one place are those of another, converted`(
        from: Place, to: Place
    ) throws {
        func backward(_ place: Place) throws -> Answer {
            let convention = #", "convention": "\#(place.convention.rawValue)""#
            return try Answer("backward", Worked.body(layout: place.layout, also: convention))
        }
        let layers = try text(backward(from))
        let converted = try Answer(
            "convert", #"{"from": \#(from.text), "to": \#(to.text), "layers": \#(layers)}"#)
        // m is 2, so that nothing is rounded.
        try expectSame(converted, backward(to))
    }

    /// Networks around a layer, their parameters as drawn; each answers with what was drawn.
    private static let networks = [
        (
            ["conv2d", "global_average_pooling2d"],
            #"{"type": "conv2d", "filters": 3, "kernel_size": [2, 1], "activation": "tanh"}, "#
                + #"{"type": "global_average_pooling2d"}"#,
            [5, 3, 2, 2]
        ),
        (["lstm"], #"{"type": "lstm", "units": 2}"#, [2, 5, 3]),
        (["gru"], #"{"type": "gru", "units": 2}"#, [2, 5, 3]),
        (
            ["dense", "dense"],
            #"{"units": 3, "activation": "tanh"}, {"units": 2, "activation": "sigmoid"}"#, [4, 5]
        ),
    ]

    /// In `loss` and `course` with m = 5: the parameters and the gradients are converted, and the
    /// gradients compared with those of the converted network.
    @Test(arguments: networks.indices, Place.all)
    func `the gradients of a network are those of the converted network, converted`(
        index: Int, to: Place
    ) throws {
        let (types, layers, shape) = Self.networks[index]
        let count = shape.reduce(1, *)
        let x = (0..<count).map { Double(($0 * 7) % 11) / 8 - 0.5 }
        let outputs = [3, 2, 2, 2][index]
        let y = (0..<(outputs * 5)).map { Double(($0 * 5) % 7) / 4 }
        let include =
            #""include": ["dW", "db", "dU", "db_recurrent", "dZ", "dA", "W", "U", "b", "b_recurrent"]"#
        let own = try Answer(
            "backward",
            """
            {"network": {"layers": [\(layers)], "seed": 3, "initializer": "he_normal"}, \
            "batch": {"X": {"shape": \(shape), "data": \(x)}, \
            "Y": {"shape": [\(outputs), 5], "data": \(y)}}, \
            "loss": "mean_squared_error", \(include)}
            """)
        #expect(own.status == 200, "\(own.text)")
        let converted = try Answer(
            "convert",
            """
            {"to": \(to.text), "layers": \(text(own, types: types)), \
            "X": {"shape": \(shape), "data": \(x)}, "Y": {"shape": [\(outputs), 5], "data": \(y)}}
            """)
        #expect(converted.status == 200, "\(converted.text)")
        func array(_ pointer: String) throws -> String {
            let numbers = try converted.numbers(pointer)
            return #"{"shape": \#(numbers.shape), "data": \#(numbers.elements)}"#
        }
        let network = try (0..<types.count).map { layer in
            var members = [#""type": "\#(types[layer])""#]
            for name in try converted.names("/layers/\(layer)")
            where ["W", "U", "b", "b_recurrent"].contains(name) {
                members.append(#""\#(name)": \#(try array("/layers/\(layer)/\(name)"))"#)
            }
            if types[layer] == "lstm", to.layout == .pytorch {
                members.append(#""b_recurrent": [0, 0, 0, 0, 0, 0, 0, 0]"#)
            }
            if ["dense", "conv2d"].contains(types[layer]) {
                members.append(#""activation": "\#(layer == 1 ? "sigmoid" : "tanh")""#)
            }
            return "{" + members.joined(separator: ", ") + "}"
        }.joined(separator: ", ")
        let theirs = try Answer(
            "backward",
            """
            {"network": {"layers": [\(network)]}, "batch": {"X": \(array("/X")), "Y": \(array("/Y"))}, \
            "layout": "\(to.layout.rawValue)", "convention": "\(to.convention.rawValue)", \
            "loss": "mean_squared_error", \(include)}
            """)
        #expect(theirs.status == 200, "\(theirs.text)")
        // A few hundred terms of about 1 in another order, and one more rounding of the factor.
        try expectSame(
            converted, theirs, without: ["b_recurrent", "db_recurrent"], within: 1e-12)
    }

    @Test(arguments: Place.all, Place.all)
    func `there and back again the numbers are the same`(from: Place, to: Place) throws {
        let convention = #", "convention": "\#(from.convention.rawValue)""#
        let own = try Answer("backward", Worked.body(layout: from.layout, also: convention))
        let there = try Answer(
            "convert",
            #"{"from": \#(from.text), "to": \#(to.text), "layers": \#(text(own))}"#)
        let back = try Answer(
            "convert",
            #"{"from": \#(to.text), "to": \#(from.text), "layers": \#(text(there))}"#)
        try expectSame(back, own)
    }

    // MARK: Factors

    @Test(arguments: [
        (Convention.loss, Convention.cost, 1.0, 0.2), (.cost, .loss, 1, 5), (.loss, .sum, 5, 1),
        (.sum, .loss, 0.2, 1), (.cost, .sum, 5, 5), (.sum, .cost, 0.2, 0.2), (.sum, .sum, 1, 1),
    ])
    func `the factors are those of the meaning`(
        from: Convention, to: Convention, parameter: Double, signal: Double
    ) throws {
        let answer = try Answer(
            "convert",
            """
            {"from": {"convention": "\(from.rawValue)"}, "to": {"convention": "\(to.rawValue)"}, \
            "examples": 5, "layers": [{"dW": [[3]], "db": [3], "W": [[3]], \
            "dZ": [[3, 3, 3, 3, 3]]}]}
            """)
        #expect(try answer.names("/factors") == ["W", "dW", "db", "dZ"])
        #expect(try answer.number("/factors/W") == 1)
        #expect(try answer.number("/factors/dW") == parameter)
        #expect(try answer.number("/factors/db") == parameter)
        #expect(try answer.number("/factors/dZ") == signal)
        #expect(try answer.string("/meaning/convention") == to.rawValue)
        #expect(try answer.number("/meaning/dZ/times/\(from.rawValue)") == 1 / signal)
        #expect(try answer.number("/meaning/dW/times/\(from.rawValue)") == 1 / parameter)
    }

    @Test func `a denominator stands for m`() throws {
        let answer = try Answer(
            "convert",
            #"{"to": {"convention": "cost"}, "denominator": 2.5, "layers": [{"dZ": [[1, 2]]}]}"#)
        #expect(try answer.numbers("/layers/0/dZ").elements == [0.4, 0.8])
        #expect(try answer.number("/meaning/examples") == 2)
        #expect(try answer.string("/meaning/denominator_of") == "weights")
    }

    @Test func `the signals tell m`() throws {
        let answer = try Answer(
            "convert",
            #"{"to": {"convention": "sum"}, "layers": [{"dW": [[1]], "A": [[1, 2, 3, 4]]}]}"#)
        #expect(try answer.numbers("/layers/0/dW").elements == [4])
        #expect(try answer.number("/meaning/examples") == 4)
    }

    @Test func `without m only the layout is changed, and no meaning told`() throws {
        let answer = try Answer(
            "convert", #"{"to": {"layout": "keras"}, "layers": [{"dW": [[1, 2]]}]}"#)
        #expect(try answer.names("") == ["layers", "factors"])
        #expect(try answer.numbers("/layers/0/dW").shape == [2, 1])
    }

    // MARK: The penalty

    @Test func `the penalty's term is out of the dW of sum, and back in that of cost`() throws {
        // dW = 3 = 1 of the data and 2 of the penalty; m = 4.
        let there = try Answer(
            "convert",
            """
            {"to": {"convention": "sum"}, "examples": 4, \
            "layers": [{"dW": [[3]], "dW_data": [[1]], "dW_penalty": [[2]]}]}
            """)
        #expect(try there.numbers("/layers/0/dW").elements == [4])
        #expect(try there.numbers("/layers/0/dW_data").elements == [4])
        #expect(try there.numbers("/layers/0/dW_penalty").elements == [2])
        #expect(try there.names("/factors") == ["dW_data", "dW_penalty"])
        #expect(there["/meaning/dW/times"] == nil)
        let back = try Answer(
            "convert",
            """
            {"from": {"convention": "sum"}, "to": {"convention": "cost"}, "examples": 4, \
            "layers": [{"dW": [[4]], "dW_penalty": [[2]]}]}
            """)
        #expect(try back.numbers("/layers/0/dW").elements == [3])
    }

    @Test func `a penalty's dW is the same in loss and cost`() throws {
        let answer = try Answer(
            "convert",
            #"{"to": {"convention": "cost"}, "layers": [{"dW": [[0.3]], "dW_penalty": [[0.1]]}]}"#)
        #expect(try answer.numbers("/layers/0/dW").elements == [0.3])
    }

    // MARK: Forms

    @Test func `the course's flat dictionary is answered by its names`() throws {
        let answer = try Answer(
            "convert",
            """
            {"to": {"convention": "cost", "layout": "pytorch"}, "tensors": {\
            "dW2": [[1, 2]], "db2": [[3]], "dZ2": [[2, 4]], "dA1": [[2, 4], [6, 8]], \
            "dA0": [[2, 4]], "W1": [[1], [2]], "X": [[1, 2]]}}
            """)
        #expect(
            try answer.names("/tensors") == ["dW2", "db2", "dZ2", "dA1", "dA0", "W1", "X"])
        #expect(try answer.numbers("/tensors/db2").shape == [1])
        #expect(try answer.numbers("/tensors/dA1").elements == [1, 3, 2, 4])
        #expect(try answer.numbers("/tensors/dA0").elements == [1, 2])
        #expect(try answer.numbers("/tensors/X").elements == [1, 2])
        #expect(try answer.names("/factors") == ["dW", "db", "dZ", "dA", "W", "X"])
    }

    @Test func `the gates of a gru are in the order of the layout`() throws {
        let answer = try Answer(
            "convert",
            """
            {"to": {"layout": "pytorch"}, "layers": [{"type": "gru", \
            "db": [1, 2, 3, 4, 5, 6], "dU": [[1, 1], [2, 2], [3, 3], [4, 4], [5, 5], [6, 6]]}]}
            """)
        #expect(try answer.numbers("/layers/0/db").elements == [3, 4, 1, 2, 5, 6])
        #expect(
            try answer.numbers("/layers/0/dU").elements == [3, 3, 4, 4, 1, 1, 2, 2, 5, 5, 6, 6])
    }

    @Test func `a layer keeps its name, and one without tensors its place`() throws {
        let answer = try Answer(
            "convert", #"{"layers": [{"type": "flatten"}, {"name": "out", "db": [1]}]}"#)
        #expect(try answer.names("/layers/0") == [])
        #expect(try answer.string("/layers/1/name") == "out")
        #expect(try answer.numbers("/layers/1/db").shape == [1, 1])
    }

    @Test(arguments: Precision.allCases, ArrayEncoding.allCases)
    func `precision and encoding are as in the other calls`(
        precision: Precision, encoding: ArrayEncoding
    ) throws {
        let answer = try Answer(
            "convert",
            """
            {"to": {"convention": "cost"}, "precision": "\(precision.rawValue)", \
            "encoding": "\(encoding.rawValue)", "layers": [{"dZ": [[1, 2, 3]]}]}
            """)
        let third = precision == .float64 ? 1.0 / 3 : Double(Float(1) / 3)
        let found = try answer.numbers("/layers/0/dZ").elements[0]
        #expect(
            precision == .float64 || encoding == .base64
                ? found == third : Float(found) == Float(third))
        #expect((answer["/layers/0/dZ/data"] != nil) == (encoding == .flat))
        #expect((answer["/layers/0/dZ/base64"] != nil) == (encoding == .base64))
    }

    @Test func `what overflows is null and told`() throws {
        let answer = try Answer(
            "convert",
            #"{"to": {"convention": "sum"}, "examples": 10, "layers": [{"dW": [[1e308]]}]}"#)
        #expect(try answer.string("/non_finite/0/pointer") == "/layers/0/dW/0/0")
    }

    @Test func `where a layer mixes examples, dZ is of the sum`() throws {
        let answer = try Answer(
            "convert",
            #"{"examples": 2, "layers": [{"type": "batch_normalization"}, {"dZ": [[1, 2]]}]}"#)
        #expect(try answer.string("/meaning/dZ/of") == "ΣL")
    }

    // MARK: Refusals

    @Test func `m has to be told where a factor depends on it`() throws {
        let fault = try faults(#""to": {"convention": "sum"}, "layers": [{"dW": [[1]]}]"#)
        #expect(
            fault == [
                Fault(
                    "", "\"examples\" is missing",
                    hint: "dW of \"loss\" and of \"sum\" differ by the factor m, the number of "
                        + "examples, and no tensor tells it")
            ])
    }

    @Test(arguments: [
        #""layers": []"#, #""layers": [{}, {}]"#, #""tensors": {}"#, #""examples": 5"#,
    ])
    func `a request without tensors is refused`(members: String) throws {
        #expect(try faults(members).map(\.detail) == ["there is nothing to convert"])
    }

    @Test(arguments: [
        ("dW1x", "did you mean \"dW1\"?"), ("dw12", "did you mean \"dW12\"?"),
        ("dZ0", "did you mean \"dA0\"?"), ("dW01", "did you mean \"dW1\"?"),
        ("x", "did you mean \"X\"?"),
        (
            "gradients",
            "a name is one of W, dW, b, db, Z, dZ, A, dA and its layer's number, as in dW1, "
                + "or X, Y or dX"
        ),
    ])
    func `a tensor that is none is refused, with what it may be`(
        name: String, hint: String
    ) throws {
        let found = try faults(#""tensors": {"\#(name)": [[1]], "dA0": [[1]]}"#)
        #expect(found.map(\.pointer) == ["/tensors/\(name)"])
        #expect(found[0].detail == "unknown tensor \"\(name)\"")
        #expect(found[0].hint == hint)
    }

    @Test(arguments: [
        (#""layers": [{"dW": [[1]], "dz": [[1]]}]"#, "/layers/0/dz", "unknown field \"dz\""),
        (#""layers": [{"type": "dropout", "dZ": [[1]]}]"#, "/layers/0/dZ", "unknown field \"dZ\""),
        (#""form": {}, "dX": [[1]]"#, "/form", "unknown field \"form\""),
        (#""to": {"layuot": "keras"}, "dX": [[1]]"#, "/to/layuot", "unknown field \"layuot\""),
        (#""from": {"layout": "tf"}, "dX": [[1]]"#, "/from/layout", "unknown layout \"tf\""),
        (
            #""layers": [{"db": [1]}], "tensors": {"db1": [1]}"#, "/tensors",
            "a request gives either \"layers\" or the flat dictionary \"tensors\""
        ),
        (
            #""layers": [{"dW": [1, 2]}]"#, "/layers/0/dW",
            "dW is a flat list of 2, expected outputs × inputs"
        ),
        (
            #""layers": [{"type": "conv2d", "dW": [[1]]}]"#, "/layers/0/dW",
            "dW is 1 × 1, expected height × width × inputs × outputs"
        ),
        (
            #""layers": [{"db": [[1, 2], [3, 4]]}]"#, "/layers/0/db",
            "db is 2 × 2, expected a column, a row or a flat list, one number for each of the "
                + "outputs"
        ),
        (
            #""layers": [{"dZ": [1, 2]}]"#, "/layers/0/dZ",
            "dZ is a flat list of 2, expected units × examples"
        ),
        (
            #""layers": [{"dZ": [[1, 2]], "dA": [[1, 2, 3]]}]"#, "/layers/0/dA",
            "dA is 1 × 3, so 3 examples (units × examples), and /layers/0/dZ has 2"
        ),
        (
            #""examples": 3, "layers": [{"dZ": [[1, 2]]}]"#, "/layers/0/dZ",
            "dZ is 1 × 2, so 2 examples (units × examples), and \"examples\" is 3"
        ),
        (
            #""layers": [{"dW": [[1, 2, 3]], "db": [1, 2]}]"#, "/layers/0/db",
            "db is a flat list of 2, so 2 outputs, and dW has 1"
        ),
        (
            #""tensors": {"dW1": [[1, 2, 3]], "db1": [1, 2]}"#, "/tensors/db1",
            "db1 is a flat list of 2, so 2 outputs, and dW1 has 1"
        ),
        (
            #""layers": [{"type": "gru", "db": [1, 2, 3, 4]}]"#, "/layers/0/db",
            "db is a flat list of 4, so 4 gates · units, expected a multiple of 3"
        ),
        (
            #""layers": [{"dA": {"shape": [0, 2], "data": []}}]"#, "/layers/0/dA",
            "dA is 0 × 2, which has no numbers"
        ),
        (
            #""layers": [{"dW": [[1]], "dW_data": [[1]]}]"#, "/layers/0/dW_data",
            "dW and dW_data differ by a penalty, and dW_penalty is missing"
        ),
        (
            #""examples": 0, "dX": [[1]]"#, "/examples",
            "0 is out of range: expected 1 to 2147483647"
        ),
        (
            #""precision": "float32", "dX": [[1e300]]"#, "/dX",
            "has a number that is too large for float32"
        ),
    ])
    func `what does not fit is refused by its pointer`(
        members: String, pointer: String, detail: String
    ) throws {
        let found = try faults(members)
        #expect(found.map(\.pointer) == [pointer])
        #expect(found.map(\.detail) == [detail])
    }

    @Test func `tensors that fit another layout are told so`() throws {
        let found = try faults(
            #""layers": [{"dW": [[1, 2, 3]], "dZ": [[1, 2], [3, 4], [5, 6]]}, "#
                + #"{"dA": [[1], [2], [3]]}]"#)
        #expect(found.map(\.pointer) == ["/layers/1/dA"])
        #expect(found[0].hint == #"all tensors fit "from": {"layout": "pytorch"}"#)
    }

    @Test func `the second bias of PyTorch has no place in another layout`() throws {
        let layer = #""layers": [{"type": "lstm", "NAME": [1, 2, 3, 4]}]"#
        for (name, hint) in [
            ("db_recurrent", "leave it out: it is the same as db"),
            ("b_recurrent", "add it to b: both are added to the same sum"),
        ] {
            let found = try faults(
                #""from": {"layout": "pytorch"}, "# + layer.replacing("NAME", with: name))
            #expect(found.map(\.pointer) == ["/layers/0/\(name)"])
            #expect(found[0].hint == hint)
        }
    }
}
