import NeuralNetwork
import Testing

@testable import GradientService

struct ForwardTests {
    @Test(arguments: Layout.allCases)
    func `the worked outputs and arrays come out in every layout`(layout: Layout) throws {
        let answer = try Answer(
            "forward",
            Worked.body(layout: layout, also: #", "include": ["outputs", "Z", "A", "W", "b"]"#))
        try expect(answer, "/outputs", Worked.a[1], layout)
        for index in 0...1 {
            let layer = "/layers/\(index)"
            #expect(try answer.names(layer) == ["W", "b", "Z", "A"])
            try expect(answer, layer + "/Z", Worked.z[index], layout)
            try expect(answer, layer + "/A", Worked.a[index], layout)
            let weights = try answer.numbers(layer + "/W")
            let given = Worked.weights[index]
            #expect(
                weights.elements
                    == (layout.weightsAreTransposed ? given.transposed : given).elements)
            #expect(try answer.numbers(layer + "/b").elements == Worked.bias[index].elements)
        }
    }

    private func expect(
        _ answer: Answer, _ pointer: String, _ grid: Grid, _ layout: Layout
    ) throws {
        let expected = layout.examplesAreColumns ? grid : grid.transposed
        let found = try answer.numbers(pointer)
        #expect(found.shape == expected.shape)
        #expect(found.elements == expected.elements)
    }

    @Test func `with Y the losses and the cost are told`() throws {
        let answer = try Answer("forward", Worked.body())
        #expect(answer.status == 200)
        #expect(answer.response.fields["Content-Type"] == "application/json")
        #expect(
            answer.text == #"{"cost":0.625,"losses":[0.125,1.125],"outputs":[[5.5,-2.5]]}"#)
    }

    @Test func `without Y there are outputs alone`() throws {
        let answer = try Answer("forward", Worked.body(targets: false))
        #expect(answer.text == #"{"outputs":[[5.5,-2.5]]}"#)
    }

    @Test func `a penalty is told apart in the cost, and changes no loss`() throws {
        let penalty = #", "penalty": {"l2": 2, "scale": "lambda/2m"}, "include": ["losses"]"#
        let answer = try Answer("forward", Worked.body(also: penalty))
        // 2·16/(2·2).
        #expect(
            answer.text
                == #"{"cost":8.625,"cost_data":0.625,"cost_penalty":8.0,"losses":[0.125,1.125]}"#)
    }

    @Test func `nothing is included that was not asked for`() throws {
        #expect(try Answer("forward", Worked.body(also: #", "include": []"#)).names("") == ["cost"])
        let layers = try Answer("forward", Worked.body(also: #", "include": ["Z"]"#))
        #expect(try layers.names("") == ["cost", "layers"])
        #expect(try layers.names("/layers/0") == ["Z"])
    }

    @Test(arguments: [
        ("dW", #"unknown array "dW""#), ("output", #"unknown array "output""#),
        ("", #"unknown array """#),
    ])
    func `an array that the call does not make is refused`(name: String, detail: String) throws {
        let body = Worked.body(also: #", "include": ["Z", "\#(name)"]"#)
        let faults = try Answer("forward", body).faults
        #expect(faults.map(\.pointer) == ["/include/1"])
        #expect(faults.map(\.detail) == [detail])
    }

    @Test func `the convention does not touch what is no derivative`() throws {
        let answers = try Convention.allCases.map {
            try Answer("forward", Worked.body(also: #", "convention": "\#($0.rawValue)""#)).text
        }
        #expect(Set(answers).count == 1)
    }
}
