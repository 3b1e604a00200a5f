import Glibc
import TestSupport
import Testing
import _Differentiation

@testable import NeuralNetwork

/// The gradients against the compiler's own automatic differentiation of a network that is written
/// out number by number, and shares no code with the engine.
struct AutomaticDifferentiationTests {
    /// 2-2-1 units; one row to a layer's unit, its bias last.
    struct Parameters: Differentiable {
        var a1 = -0.7, a2 = 0.4, a0 = 0.1
        var b1 = 0.9, b2 = 0.3, b0 = -0.2
        var c1 = 1.1, c2 = -0.6, c0 = 0.05
    }

    @differentiable(reverse)
    static func logistic(_ z: Double) -> Double { 1 / (1 + exp(-z)) }

    /// −y·log a − (1 − y)·log(1 − a) of one example.
    @differentiable(reverse,wrt: p)
    static func loss(_ p: Parameters, x1: Double, x2: Double, y: Double) -> Double {
        let h1 = tanh(p.a1 * x1 + p.a2 * x2 + p.a0)
        let h2 = tanh(p.b1 * x1 + p.b2 * x2 + p.b0)
        let a = logistic(p.c1 * h1 + p.c2 * h2 + p.c0)
        return -y * log(a) - (1 - y) * log(1 - a)
    }

    @differentiable(reverse)
    static func cost(_ p: Parameters) -> Double {
        (loss(p, x1: 0.5, x2: -1.5, y: 1) + loss(p, x1: -0.3, x2: 0.8, y: 0)) / 2
    }

    static let network = Network<Double>(layers: [
        dense(
            weights: Matrix(rows: 2, columns: 2, elements: [-0.7, 0.4, 0.9, 0.3]),
            bias: Matrix(rows: 1, columns: 2, elements: [0.1, -0.2]), activation: .tanh),
        dense(
            weights: Matrix(rows: 1, columns: 2, elements: [1.1, -0.6]),
            bias: Matrix(rows: 1, columns: 1, elements: [0.05]), activation: .sigmoid),
    ])
    static let inputs = Matrix(rows: 2, columns: 2, elements: [0.5, -1.5, -0.3, 0.8])
    static let targets = Matrix<Double>(rows: 2, columns: 1, elements: [1, 0])

    @Test func `a network of two layers has the compiler's gradients`() {
        let loss = Loss.binaryCrossentropy(fromLogits: false, outputs: .sum)
        let pass = Self.network.forward(Self.inputs)
        var gradients = Self.network.backpropagate(pass, loss: loss, targets: Self.targets)
        Convention.cost.apply(to: &gradients, examples: 2)
        let (value, g) = valueWithGradient(at: Parameters(), of: Self.cost)
        let cost = Cost(of: Self.network.losses(of: pass, loss, targets: Self.targets))
        // A few dozen operations on numbers of about 1.
        let tolerance = 1e-14
        #expect(abs(cost.total - value) <= tolerance)
        let ours = gradients.layers.map { ($0.weights.elements, $0.bias.elements) }
        #expect(ours[0].0.distance(from: [g.a1, g.a2, g.b1, g.b2]) <= tolerance)
        #expect(ours[0].1.distance(from: [g.a0, g.b0]) <= tolerance)
        #expect(ours[1].0.distance(from: [g.c1, g.c2]) <= tolerance)
        #expect(ours[1].1.distance(from: [g.c0]) <= tolerance)
    }

    /// ½·Σ (a − y)² of one example after silu and softmax, which this loss does not absorb, so that
    /// the whole of softmax's Jacobian is on the way: one input, 2 units, 2 units.
    @differentiable(reverse,wrt: (p, x))
    static func lossAfterSoftmax(_ p: Parameters, x: Double, y1: Double, y2: Double) -> Double {
        let u1 = p.a1 * x + p.a0
        let u2 = p.b1 * x + p.b0
        let h1 = u1 * logistic(u1)
        let h2 = u2 * logistic(u2)
        let e1 = exp(p.c1 * h1 + p.c2 * h2 + p.c0)
        let e2 = exp(p.a2 * h1 + p.b2 * h2 - 0.3)
        let a1 = e1 / (e1 + e2)
        let a2 = e2 / (e1 + e2)
        return ((a1 - y1) * (a1 - y1) + (a2 - y2) * (a2 - y2)) / 2
    }

    @Test func `softmax that the loss does not absorb has the compiler's gradients`() {
        let network = Network<Double>(layers: [
            dense(
                weights: Matrix(rows: 2, columns: 1, elements: [-0.7, 0.9]),
                bias: Matrix(rows: 1, columns: 2, elements: [0.1, -0.2]), activation: .silu),
            dense(
                weights: Matrix(rows: 2, columns: 2, elements: [1.1, -0.6, 0.4, 0.3]),
                bias: Matrix(rows: 1, columns: 2, elements: [0.05, -0.3]), activation: .softmax),
        ])
        let pass = network.forward(Matrix(rows: 1, columns: 1, elements: [0.8]))
        let targets = Matrix<Double>(rows: 1, columns: 2, elements: [0.9, 0.25])
        let gradients = network.backpropagate(
            pass, loss: .halfSquaredError, targets: targets, toInputs: true)
        let (value, (g, dX)) = valueWithGradient(at: Parameters(), 0.8) { p, x in
            Self.lossAfterSoftmax(p, x: x, y1: 0.9, y2: 0.25)
        }
        // A few dozen operations on numbers of about 1.
        let tolerance = 1e-14
        let loss = network.losses(of: pass, .halfSquaredError, targets: targets)[0]
        #expect(abs(loss - value) <= tolerance)
        let ours = gradients.layers.map { ($0.weights.elements, $0.bias.elements) }
        #expect(ours[0].0.distance(from: [g.a1, g.b1]) <= tolerance)
        #expect(ours[0].1.distance(from: [g.a0, g.b0]) <= tolerance)
        #expect(ours[1].0.distance(from: [g.c1, g.c2, g.a2, g.b2]) <= tolerance)
        // The two probabilities add up to 1, so that what one gains the other loses.
        #expect(ours[1].1.distance(from: [g.c0, -g.c0]) <= tolerance)
        #expect(gradients.inputs.map { $0.elements.distance(from: [dX]) <= tolerance } == true)
    }
}
