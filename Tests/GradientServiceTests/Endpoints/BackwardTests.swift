import NeuralNetwork
import Testing

@testable import GradientService

struct BackwardTests {
    private let everything = #", "include": ["dW", "db", "dZ", "dA", "dX"]"#

    @Test(arguments: Layout.allCases)
    func `the worked gradients come out in every layout`(layout: Layout) throws {
        let answer = try Answer("backward", Worked.body(layout: layout, also: everything))
        #expect(try answer.number("/cost") == Worked.cost)
        func expect(_ pointer: String, _ grid: Grid, isTransposed: Bool) throws {
            let expected = isTransposed ? grid.transposed : grid
            let found = try answer.numbers(pointer)
            #expect(found.shape == expected.shape, "\(pointer)")
            #expect(found.elements == expected.elements, "\(pointer)")
        }
        let (rows, inputsFirst) = (!layout.examplesAreColumns, layout.weightsAreTransposed)
        for index in 0...1 {
            let layer = "/layers/\(index)"
            try expect(layer + "/dA", Worked.dA[index], isTransposed: rows)
            try expect(layer + "/dZ", Worked.dZ[index], isTransposed: rows)
            try expect(layer + "/dW", Worked.dW[index], isTransposed: inputsFirst)
            let db = try answer.numbers(layer + "/db")
            let units = Worked.db[index].rows.count
            #expect(db.shape == (layout.biasIsColumn ? [units, 1] : [units]))
            #expect(db.elements == Worked.db[index].elements)
        }
        try expect("/dX", Worked.dX, isTransposed: rows)
    }

    @Test(arguments: [
        // What the worked dZ, dA, dX and the worked dW, db are multiplied by, m being 2.
        (Convention.loss, 1.0, 1.0), (.cost, 0.5, 1), (.sum, 1, 2),
    ])
    func `each convention puts 1/m where it says`(
        convention: Convention, signal: Double, parameter: Double
    ) throws {
        let body = Worked.body(also: everything + #", "convention": "\#(convention.rawValue)""#)
        let answer = try Answer("backward", body)
        for index in 0...1 {
            func expect(_ name: String, _ grid: Grid, times factor: Double) throws {
                let found = try answer.numbers("/layers/\(index)/\(name)")
                #expect(found.elements == grid.map { $0 * factor }.elements, "\(name)")
            }
            try expect("dA", Worked.dA[index], times: signal)
            try expect("dZ", Worked.dZ[index], times: signal)
            try expect("dW", Worked.dW[index], times: parameter)
            try expect("db", Worked.db[index], times: parameter)
        }
        #expect(try answer.numbers("/dX").elements == Worked.dX.map { $0 * signal }.elements)
        #expect(try answer.number("/cost") == Worked.cost)
    }

    @Test func `by default the gradients of the layers are told, and what they mean`() throws {
        let answer = try Answer("backward", Worked.body())
        #expect(try answer.names("") == ["cost", "layers", "meaning"])
        #expect(try answer.names("/layers/1") == ["dW", "db", "dZ", "dA"])
        #expect(
            try answer.names("/meaning")
                == ["convention", "examples", "denominator", "L", "dZ", "dA", "dW", "db"])
    }

    @Test func `every array can be asked for by itself`() throws {
        let others = Set(ArrayName.parameters + ArrayName.parameterGradients + ArrayName.masks)
            .subtracting(["W", "b", "dW", "db"].map(ArrayName.init(rawValue:)))
        for array in Backward.arrays.all
        where !others.contains(array) && array != .moments {
            let body = Worked.body(also: #", "include": ["\#(array.rawValue)"]"#)
            let answer = try Answer("backward", body)
            let isOfLayers = ![.losses, .outputs, .inputGradient].contains(array)
            #expect(try answer.names("/layers/0") == (isOfLayers ? [array.rawValue] : []))
            #expect((answer["/" + array.rawValue] != nil) == !isOfLayers)
            let meant = try answer.names("/meaning").dropFirst(4)
            #expect(Array(meant) == (array.rawValue.hasPrefix("d") ? [array.rawValue] : []))
        }
    }

    @Test func `meaning says of what each derivative is, and what turns it into the others`() throws
    {
        let body = Worked.body(layout: .pytorch, also: #", "convention": "cost""#)
        let answer = try Answer("backward", body)
        #expect(try answer.string("/meaning/convention") == "cost")
        #expect(try answer.number("/meaning/examples") == 2)
        #expect(try answer.number("/meaning/denominator") == 2)
        #expect(try answer.string("/meaning/L") == "Lᵢ = ½·Σₖ (aₖ − yₖ)²")
        #expect(try answer.string("/meaning/dZ/of") == "J")
        #expect(try answer.string("/meaning/dZ/formula") == "∂J/∂Z, one row an example")
        #expect(try answer.string("/meaning/dW/formula") == "∂J/∂W = dZᵀ·A_prev")
        #expect(try answer.number("/meaning/dZ/times/loss") == 2)
        #expect(try answer.number("/meaning/dZ/times/cost") == 1)
        #expect(try answer.number("/meaning/dW/times/loss") == 1)
        #expect(try answer.number("/meaning/dW/times/sum") == 2)
    }

    @Test(arguments: [("lambda/2m", 0.25), ("lambda/2", 0.5), ("lambda", 1)])
    func `a penalty is told apart from the data, scaled by its name`(
        scale: String, factor: Double
    ) throws {
        let penalty = #", "penalty": {"l2": 2, "l1": 4, "scale": "\#(scale)"}"#
        let answer = try Answer("backward", Worked.body(also: penalty))
        let r = factor * (2 * Worked.squaredWeights + 4 * Worked.absoluteWeights)
        #expect(try answer.number("/cost_data") == Worked.cost)
        #expect(try answer.number("/cost_penalty") == r)
        #expect(try answer.number("/cost") == Worked.cost + r)
        for index in 0...1 {
            // ∂R/∂W = factor·(2·2·W + 4·sign W); the sign of 0 is 0.
            let penalty = Worked.weights[index].map { w in
                factor * (4 * w + (w > 0 ? 4 : w < 0 ? -4 : 0))
            }
            let layer = "/layers/\(index)"
            #expect(try answer.numbers(layer + "/dW_penalty").elements == penalty.elements)
            #expect(
                try answer.numbers(layer + "/dW_data").elements == Worked.dW[index].elements)
            #expect(
                try answer.numbers(layer + "/dW").elements
                    == (Worked.dW[index] + penalty).elements)
            #expect(try answer.numbers(layer + "/db").elements == Worked.db[index].elements)
        }
    }

    @Test func `in sums over examples the penalty has no part`() throws {
        let also = #", "penalty": {"l2": 2, "scale": "lambda"}, "convention": "sum""#
        let answer = try Answer("backward", Worked.body(also: also))
        let double = Worked.dW[0].map { $0 * 2 }
        #expect(try answer.numbers("/layers/0/dW").elements == double.elements)
        #expect(try answer.numbers("/layers/0/dW_data").elements == double.elements)
        #expect(
            try answer.numbers("/layers/0/dW_penalty").elements
                == Worked.weights[0].map { $0 * 4 }.elements)
        #expect(try answer.string("/meaning/dW/of") == "ΣL")
        #expect(try answer.string("/meaning/dW_penalty/of") == "R")
    }

    @Test func `without a penalty nothing is told of one`() throws {
        #expect(try !Answer("backward", Worked.body()).text.contains("penalty"))
    }
}
