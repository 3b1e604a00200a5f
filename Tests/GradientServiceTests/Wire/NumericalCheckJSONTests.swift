import Checking
import JSON
import NeuralNetwork
import Testing

@testable import GradientService

struct NumericalCheckJSONTests {
    private func settings(_ text: String) throws -> NumericalSettings {
        try FieldDecoder<NumericalSettings>.numericalSettings.decode(parsed(text))
    }

    @Test func `true and an empty object are the defaults`() throws {
        #expect(try settings("true") == NumericalSettings())
        #expect(try settings("{}") == NumericalSettings())
    }

    @Test func `each setting is read by its own name`() throws {
        let found = try settings(
            #"{"step": 1e-5, "sample": 7, "directions": 0, "seed": 4294967295}"#)
        #expect(found.step == .absolute(1e-5))
        #expect(found.sample == 7)
        #expect(found.directions == 0)
        #expect(found.seed == .max)
        #expect(try settings(#"{"step": "course"}"#).step == .absolute(1e-7))
    }

    @Test(arguments: [
        ("false", [""]), ("1e-7", [""]), (#""course""#, [""]), ("null", [""]), ("[]", [""]),
        (#"{"step": "cours"}"#, ["/step"]), (#"{"step": 0}"#, ["/step"]),
        (#"{"step": -1e-7}"#, ["/step"]), (#"{"step": 2}"#, ["/step"]),
        (#"{"step": true}"#, ["/step"]), (#"{"sample": 0}"#, ["/sample"]),
        (#"{"sample": 1.5}"#, ["/sample"]), (#"{"directions": -1}"#, ["/directions"]),
        (#"{"seed": -1}"#, ["/seed"]), (#"{"eps": 1e-7}"#, ["/eps"]),
        (#"{"sample": 0, "seed": "a"}"#, ["/sample", "/seed"]),
    ])
    func `what is wrong is told by its pointer`(text: String, pointers: [String]) throws {
        let found = try faults(text, FieldDecoder<NumericalSettings>.numericalSettings.decode)
        #expect(found.map(\.pointer) == pointers)
    }

    @Test func `a misspelt step says what was meant`() throws {
        let found = try faults(
            #"{"step": "cours"}"#, FieldDecoder<NumericalSettings>.numericalSettings.decode)
        #expect(found.first?.hint == #"did you mean "course"?"#)
    }

    /// One linear unit over x = 1 and x = 2, with y = 0 and y = 1: J = (w² + (2w − 1)²)/4 at w = 1,
    /// so that dJ/dw = (1·1 + 1·2)/2 = 1.5 and dJ/db = (1 + 1)/2 = 1.
    private func answer(_ dW: Double, _ layout: Layout) throws -> JSONCursor {
        var layer = SettingValues(defaultsOf: Dense.declaration.settings)
        layer.set("units", to: [1])
        let network = Network<Double>(
            layers: [
                NetworkLayer(
                    try Dense(LayerPlan(layer, inputs: [[1]])), sources: [-1],
                    numbers: LayerNumbers(parameters: [
                        Matrix(rows: 1, columns: 1, repeating: 1),
                        Matrix(rows: 1, columns: 1, repeating: 0),
                    ]))
            ], inputShape: [1])
        let result = try NumericalCheck().run(
            network: network, inputs: Matrix(rows: 2, columns: 1, elements: [1, 2]), run: Run(),
            objective: Objective(
                loss: .halfSquaredError, targets: Matrix(rows: 2, columns: 1, elements: [0, 1])),
            denominator: 2,
            analytic: [
                [
                    Matrix(rows: 1, columns: 1, repeating: dW),
                    Matrix(rows: 1, columns: 1, repeating: 1),
                ]
            ])
        var writer = JSONWriter()
        writer.object { $0.write(result, layout) }
        return try JSONDocument(parsing: writer.bytes).root
    }

    @Test func `an answer tells every tensor and its worst entries`() throws {
        let answer = try answer(3, .course)
        #expect(try answer["verdict"]?.string() == "disagrees")
        #expect(try answer["sentence"]?.string() == "dW1 disagrees with the numerical gradient.")
        #expect(try answer["tensors/0/name"]?.string() == "dW1")
        #expect(try answer["tensors/1/name"]?.string() == "db1")
        #expect(try answer["tensors/0/verdict"]?.string() == "disagrees")
        #expect(try answer["tensors/1/verdict"]?.string() == "agrees")
        #expect(abs(try #require(try answer["tensors/0/factor"]?.number()) - 2) <= 1e-7)
        #expect(abs(try #require(try answer["tensors/0/figure"]?.number()) - 1.0 / 3) <= 1e-7)
        #expect(try answer["tensors/1/worst/0/index"]?.numbers().elements == [0, 0])
        #expect(try answer["tensors/1/worst/0/analytic"]?.number() == 1)
        #expect(answer["directions"] == nil)
    }

    @Test func `the index of a bias is flat where the layout has it so`() throws {
        let answer = try answer(1.5, .keras)
        #expect(try answer["verdict"]?.string() == "agrees")
        #expect(try answer["tensors/1/worst/0/index"]?.numbers().elements == [0])
    }
}
