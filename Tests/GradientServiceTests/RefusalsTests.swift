import Testing

@testable import GradientService

/// What a caller can get wrong in a request, each told by its status and the pointer of its field.
///
/// The bodies are the worked request with one text in it changed for another.
struct RefusalsTests {
    static let body = Worked.body()
    static let cases: [(change: String, to: String, pointer: String, detail: String)] = [
        // An empty batch, and none.
        ("[[1.0, 2.0], [3.0, -1.0]]", "[]", "/batch/X", "expected units × examples"),
        ("[[1.0, 2.0], [3.0, -1.0]]", "[[], []]", "/batch/X", "at least one example"),
        (#""X": [[1.0, 2.0], [3.0, -1.0]], "#, "", "/batch", #""X" is missing"#),
        (#", "Y": [[5.0, -1.0]]"#, "", "/batch", #""Y" is missing"#),
        // Ragged rows, and lists where numbers are.
        ("[3.0, -1.0]", "[3.0]", "/batch/X/1", "length 1, the first one at its depth has 2"),
        ("[3.0, -1.0]", "[3.0, -1.0, 0]", "/batch/X/1", "length 3"),
        ("[3.0, -1.0]", "[3.0, [1]]", "/batch/X/1/1", "found an array"),
        ("[3.0, -1.0]", "3.0", "/batch/X/1", "found a number"),
        // What is no number.
        ("3.0, -1.0", #"3.0, "-1""#, "/batch/X/1/1", "expected a number, found a string"),
        ("3.0, -1.0", "3.0, null", "/batch/X/1/1", "expected a number, found null"),
        ("3.0, -1.0", "3.0, true", "/batch/X/1/1", "expected a number, found a boolean"),
        ("3.0, -1.0", "3.0, {}", "/batch/X/1/1", "expected a number, found an object"),
        (#"[[5.0, -1.0]]"#, "5", "/batch/Y", "expected an array of numbers, found a number"),
        // Wrong shapes.
        ("[[1.0, 2.0], [3.0, -1.0]]", "[1, 2]", "/batch/X", "a flat list of 2"),
        ("[[5.0, -1.0]]", "[[5.0, -1.0, 1.0]]", "/batch/Y", "expected 1 × 2"),
        ("[[0.5]]", "[[0.5, 1]]", "/network/layers/1/b", "b has 2 numbers, expected 1"),
        ("[[1.0, -2.0, 2.0]]", "[[1.0]]", "/network/layers/1/W", "layer 0 has 3 units"),
        // Unknown fields and names.
        (#""layout""#, #""layuot""#, "/layuot", #"unknown field "layuot""#),
        (#""X""#, #""x""#, "/batch/x", #"unknown field "x""#),
        (#""W": [[1.0, -2.0"#, #""w": [[1.0, -2.0"#, "/network/layers/1/w", "unknown field"),
        (#""relu""#, #""rellu""#, "/network/layers/0/activation", "unknown activation"),
        (#""half_squared_error""#, #""mse""#, "/loss", #"unknown loss "mse""#),
        (#""course""#, #""tensorflow""#, "/layout", "unknown layout"),
        // The wrong kind of thing.
        (#""half_squared_error""#, "[]", "/loss", "expected the name of a loss"),
        (#""course""#, "1", "/layout", "expected a string, found a number"),
        (#""loss": "half_squared_error", "#, "", "", #""loss" is missing"#),
    ]

    @Test(arguments: cases.indices)
    func `a field that is wrong is refused by its pointer`(index: Int) throws {
        let (change, to, pointer, detail) = Self.cases[index]
        try #require(Self.body.contains(change))
        let changed = Self.body.replacing(change, with: to, maxReplacements: 1)
        let answer = try Answer("backward", changed)
        #expect(answer.status == 422)
        let found = try answer.faults
        #expect(
            found.contains { $0.pointer == pointer && $0.detail.contains(detail) }, "\(found)")
    }

    @Test(arguments: [
        ("NaN", "JSON has no NaN and no infinity"),
        ("Infinity", "JSON has no NaN and no infinity"),
        ("-Infinity", "JSON has no NaN and no infinity"),
        ("nan", "JSON has no NaN and no infinity"),
        ("1e999", "too large for float64"),
        ("-1e999", "too large for float64"),
        ("01", "line 2"), ("+1", "line 2"), (".5", "line 2"), ("1.", "line 2"), ("0x1", "line 2"),
    ])
    func `a number that is none in JSON is refused by its pointer, line and column`(
        number: String, detail: String
    ) throws {
        let answer = try Answer(
            "backward", Self.body.replacing("3.0, -1.0", with: "\n3.0, \(number)"))
        #expect(answer.status == 400)
        #expect(try answer.string("/type").hasSuffix(":not_json"))
        #expect(try answer.faults.map(\.pointer) == ["/batch/X/1/1"])
        #expect(try answer.string("/detail").contains(detail))
        #expect(try answer.number("/line") == 2)
        #expect(try answer.number("/column") >= 6)
    }

    @Test(arguments: [
        "", " ", "{", "[1", "[1,]", "[,1]", "{\"a\": }", "{\"a\" 1}", "{}{}", "{} x", "'a'",
        "{a: 1}",
        "\u{1}",
    ])
    func `what is no JSON at all is refused with its place`(body: String) throws {
        let answer = try Answer("forward", body)
        #expect(answer.status == 400)
        #expect(try answer.number("/line") == 1)
        #expect(try answer.number("/column") >= 1)
    }

    @Test func `bytes that are not UTF-8 are refused`() throws {
        let body = Array(#"{"loss": ""#.utf8) + [0xC3, 0x28] + Array(#""}"#.utf8)
        let answer = try Answer(#require(GradientService().answer("forward", body: body)))
        #expect(answer.status == 400)
        #expect(try answer.faults.map(\.pointer) == ["/loss"])
    }

    @Test func `lists that nest too deep are refused, those at the limit are judged`() throws {
        func answer(depth: Int) throws -> Answer {
            let lists =
                String(repeating: "[", count: depth) + "1" + String(repeating: "]", count: depth)
            return try Answer("forward", lists)
        }
        #expect(try answer(depth: 64).status == 422)
        #expect(try answer(depth: 65).status == 400)
        #expect(try answer(depth: 65).string("/detail").contains("at most 64 levels"))
        #expect(try answer(depth: 1_000_000).status == 400)
    }

    @Test func `a name that stands there twice is refused`() throws {
        let answer = try Answer(
            "backward", Self.body.replacing(#""layout""#, with: #""loss": "huber", "layout""#))
        #expect(answer.status == 422)
        #expect(try answer.faults.map(\.pointer) == ["/loss"])
    }

    @Test(arguments: ["[]", "null", "3", #""x""#])
    func `a request that is no object is refused`(body: String) throws {
        let answer = try Answer("train", body)
        #expect(answer.status == 422)
        #expect(try answer.faults.map(\.pointer) == [""])
    }

    @Test func `an empty request is told all that is missing`() throws {
        #expect(
            try Answer("train", "{}").faults.map(\.detail) == [
                #""network" is missing"#, #""batch" is missing"#, #""loss" is missing"#,
                #""training" is missing"#,
            ])
    }

    @Test func `faults in every corner are told together`() throws {
        let body = """
            {"network": {"layers": [{"W": [[1]], "b": [0], "activation": "rellu"}, {}], "seed": -1},
            "batch": {"X": [[1], [2, 3]], "Z": 0}, "loss": {"type": "huber", "delta": 0},
            "penalty": {}, "layout": "kears", "include": ["dW", "dw"]}
            """
        #expect(
            try Answer("backward", body).faults.map(\.pointer) == [
                "/layout", "/network/layers/0/activation", "/network/layers/1", "/network/seed",
                "/batch/X/1", "/batch", "/batch/Z", "/loss/delta", "/penalty", "/penalty",
                "/include/1",
            ])
    }
}
