import TestSupport
import Testing

@testable import NeuralNetwork

struct PerExampleTests {
    /// The batch's gradients, and those of every example alone.
    static func gradients(
        _ problem: Problem
    ) -> (pass: ForwardPass<Double>, ofSum: Gradients<Double>, alone: [Gradients<Double>]) {
        let alone = (0..<problem.examples).map { i in
            Problem(
                network: problem.network, inputs: problem.inputs.rows(i..<(i + 1)),
                targets: problem.targets.rows(i..<(i + 1)), loss: problem.loss
            ).backpropagate()
        }
        return (problem.network.forward(problem.inputs), problem.backpropagate(), alone)
    }

    @Test func `each example's gradients are those that it has alone`() {
        let problem = Problem.random(hidden: .tanh, .meanSquaredError, examples: 4, seed: 71)
        let (pass, ofSum, alone) = Self.gradients(problem)
        for layer in 0..<2 {
            let own = problem.network.exampleGradients(of: pass, ofSum, layer: layer)
            for (parameter, gradients) in own.enumerated() {
                for (i, single) in alone.enumerated() {
                    let expected = single.layers[layer].parameters[parameter].elements
                    // The products of one row may be summed in another order.
                    let row = gradients.gradients.rows(i..<(i + 1)).elements
                    #expect(row.distance(from: expected) <= 1e-14)
                }
                #expect(gradients.residual <= 1e-14)
            }
        }
    }

    @Test(arguments: [true, false])
    func `statistics are those of each example's own gradients`(eachNumber: Bool) throws {
        let problem = Problem.random(hidden: .tanh, .meanSquaredError, examples: 5, seed: 72)
        let (pass, ofSum, alone) = Self.gradients(problem)
        for layer in 0..<2 {
            let found = problem.network.exampleStatistics(
                of: pass, ofSum, layer: layer, eachNumber: eachNumber)
            for (parameter, found) in found.enumerated() {
                let rows = alone.map { $0.layers[layer].parameters[parameter].elements }
                try Self.expect(found, of: rows, eachNumber: eachNumber)
            }
        }
    }

    /// Holds statistics against their definitions, to the rounding of some ten sums.
    static func expect(
        _ found: ExampleStatistics<Double>, of rows: [[Double]], eachNumber: Bool
    ) throws {
        let m = Double(rows.count)
        func dot(_ x: [Double], _ y: [Double]) -> Double {
            zip(x, y).reduce(0.0) { $0 + $1.0 * $1.1 }
        }
        let mean = rows[0].indices.map { k in rows.reduce(0.0) { $0 + $1[k] } / m }
        let norm = dot(mean, mean).squareRoot()
        #expect(found.norms.distance(from: rows.map { dot($0, $0).squareRoot() }) <= 1e-13)
        #expect(abs(found.meanNorm - norm) <= 1e-13)
        let cosines = rows.map { dot($0, mean) / (dot($0, $0).squareRoot() * norm) }
        #expect(found.cosines.distance(from: cosines) <= 1e-13)
        let second = rows[0].indices.map { k in rows.reduce(0.0) { $0 + $1[k] * $1[k] } / m }
        let variance = rows[0].indices.map { k in
            rows.reduce(0.0) { $0 + ($1[k] - mean[k]) * ($1[k] - mean[k]) } / m
        }
        #expect(abs(found.secondMoment - second.reduce(0, +)) <= 1e-13)
        #expect(abs(found.variance - variance.reduce(0, +)) <= 1e-13)
        #expect(
            relativeDistance(found.signalToNoise, norm * norm / variance.reduce(0, +)) <= 1e-11)
        guard eachNumber else { return #expect(found.moments == nil) }
        let moments = try #require(found.moments)
        #expect(moments.second.elements.distance(from: second) <= 1e-13)
        #expect(moments.variance.elements.distance(from: variance) <= 1e-13)
    }

    /// A dense layer over two positions has no product of one row with one row: the general way.
    @Test func `the general way agrees with the definition`() throws {
        let layer = try LayerCase("", Dense.self, inputs: [[2, 3]], examples: 4, seed: 73) {
            $0.set("units", to: [2])
        }
        let network = Network(
            layers: [NetworkLayer(layer.layer, sources: [-1], numbers: layer.numbers)],
            inputShape: [2, 3])
        let pass = network.forward(layer.inputs[0])
        let seed = pass.outputs.map { $0 * $0 - 1 }
        let ofSum = network.backpropagate(pass, from: seed)
        let rows = (0..<4).map { i in
            let alone = network.forward(layer.inputs[0].rows(i..<(i + 1)))
            return network.backpropagate(alone, from: seed.rows(i..<(i + 1))).layers[0].parameters
        }
        let found = network.exampleStatistics(of: pass, ofSum, layer: 0, eachNumber: true)
        for (parameter, found) in found.enumerated() {
            try Self.expect(found, of: rows.map { $0[parameter].elements }, eachNumber: true)
        }
    }

    @Test func `one example has no variance, and no noise`() {
        let problem = Problem.random(hidden: .tanh, .meanSquaredError, examples: 1, seed: 74)
        let (pass, ofSum, _) = Self.gradients(problem)
        let found = problem.network.exampleStatistics(of: pass, ofSum, layer: 0, eachNumber: true)
        #expect(found[0].variance == 0)
        #expect(found[0].signalToNoise == .infinity)
        #expect(found[0].moments?.variance.elements.allSatisfy { $0 == 0 } == true)
    }
}
