import Testing

@testable import GradientService

struct NetworkRequestTests {
    private func faults(layer: String, network: String = "") throws -> [Fault] {
        try Answer(
            "forward",
            #"{"network": {"layers": [\#(layer)]\#(network)}, "batch": {"X": [[1], [2]]}}"#
        ).faults
    }

    @Test func `a network has at least one layer`() throws {
        #expect(
            try faults(layer: "")
                == [Fault("/network/layers", "a network has at least one layer")])
    }

    @Test(
        arguments: [
            (#"{"W": [[1, 2]]}"#, "", #""b" is missing"#, "give zeros for a layer without bias"),
            (#"{"b": [1]}"#, "", #""W" is missing"#, "give W and b, or units to have them drawn"),
            ("{}", "", #""W" is missing"#, "give W and b, or units to have them drawn"),
            (
                #"{"W": [[1, 2]], "b": [0], "units": 1}"#, "/units",
                #"a layer gives either "W" and "b", or "units""#, nil
            ),
            (
                #"{"units": 1, "b": [0]}"#, "/b",
                #""b" goes with "W"; where a layer gives "units" its b starts as 0"#, nil
            ),
            (
                #"{"W": [[1, 2]], "b": [0], "seed": 1}"#, "/seed",
                #""seed" goes with "units", where W and b are drawn"#, nil
            ),
            (
                #"{"W": [[1, 2]], "b": [0], "initializer": "zeros"}"#, "/initializer",
                #""initializer" goes with "units", where W and b are drawn"#, nil
            ),
            (#"{"units": 0}"#, "/units", "0 is out of range: expected 1 to 2147483647", nil),
            (
                #"{"units": 1.5}"#, "/units",
                "expected a whole number from 1 to 2147483647, found 1.5", nil
            ),
            (
                #"{"W": [[1, 2]], "b": [0], "type": "dens"}"#, "/type",
                #"unknown layer type "dens""#, #"did you mean "dense"?"#
            ),
        ] as [(String, String, String, String?)])
    func `a layer that is wrong is told so`(
        layer: String, pointer: String, detail: String, hint: String?
    ) throws {
        #expect(
            try faults(layer: layer)
                == [Fault("/network/layers/0" + pointer, detail, hint: hint)])
    }

    @Test func `a layer's type may be left out or said`() throws {
        let (w, answer) = (#""W": [[1, 2]], "b": [3]"#, #"{"outputs":[[8.0]]}"#)
        for type in ["", #""type": "dense", "#] {
            let body = #"{"network": {"layers": [{\#(type)\#(w)}]}, "batch": {"X": [[1], [2]]}}"#
            #expect(try Answer("forward", body).text == answer)
        }
    }

    @Test(arguments: [
        ("{}", ["a penalty gives \"l2\", \"l1\" or both", "\"scale\" is missing"]),
        (#"{"l2": 1}"#, [#""scale" is missing"#]),
        (
            #"{"l2": -1, "scale": "lambda"}"#,
            ["-1.0 is out of range: expected 0.0 to 1000000000000.0"]
        ),
        (#"{"l1": 1, "scale": "lambda/m"}"#, [#"unknown scale "lambda/m""#]),
        ("0.7", ["expected an object, found a number"]),
    ])
    func `a penalty that is wrong is told so`(penalty: String, details: [String]) throws {
        let body = Worked.body(also: #", "penalty": \#(penalty)"#)
        #expect(try Answer("backward", body).faults.map(\.detail) == details)
    }

    @Test func `Y needs a loss, and a loss no Y, where neither is required`() throws {
        let noLoss = Worked.body().replacing(#""loss": "half_squared_error", "#, with: "")
        #expect(try Answer("forward", noLoss).faults == [Fault("", #""loss" is missing"#)])
        let noTargets = Worked.body(targets: false, also: #", "loss": "huber""#)
        #expect(try Answer("forward", noTargets).names("") == ["outputs"])
    }
}
