import NeuralNetwork
import TestSupport
import Testing

@testable import Training

struct ClippingTests {
    /// The gradients of a layer of two inputs and one unit: dW, then db.
    static func gradients<S: Scalar>(_ weights: [S], _ bias: S) -> Gradients<S> {
        let layer = dense(
            weights: Matrix<S>(rows: 1, columns: 2, elements: [0, 0]),
            bias: Matrix(rows: 1, columns: 1, elements: [0]), activation: .linear)
        let network = Network(layers: [layer])
        let one = Matrix<S>(rows: 1, columns: 2, elements: [1, 1])
        var gradients = network.backpropagate(
            network.forward(one), loss: .halfSquaredError,
            targets: Matrix(rows: 1, columns: 1, elements: [0]))
        gradients.layers[0].weights = Matrix(rows: 1, columns: 2, elements: weights)
        gradients.layers[0].bias = Matrix(rows: 1, columns: 1, elements: [bias])
        return gradients
    }

    static func clipped<S: Scalar>(_ gradients: Gradients<S>, _ clipping: Clipping) -> [S] {
        var gradients = gradients
        clipping.clip(&gradients)
        return gradients.layers[0].parameters.flatMap(\.elements)
    }

    @Test func `by value each number is held by itself`() {
        #expect(Self.clipped(Self.gradients([3.0, -4], 0.5), .value(2)) == [2, -2, 0.5])
    }

    /// ‖dW‖ = √(9 + 16) = 5, so dW is halved; |db| = 2 is less than 2.5.
    @Test func `by norm each parameter is held by itself`() {
        #expect(Self.clipped(Self.gradients([3.0, -4], 2), .norm(2.5)) == [1.5, -2, 2])
    }

    /// ‖G‖ = √(3² + 4² + 12²) = 13, so all become 6.5/13 of what they were.
    @Test func `by global norm all are shortened alike`() {
        #expect(Self.clipped(Self.gradients([3.0, -4], 12), .globalNorm(6.5)) == [1.5, -2, 6])
    }

    @Test(arguments: [Clipping.value(12), .norm(12), .globalNorm(13)])
    func `what does not exceed the limit stays to the bit`(clipping: Clipping) {
        #expect(Self.clipped(Self.gradients([3.0, -4], 12), clipping) == [3, -4, 12])
    }

    @Test func `the norms are of each parameter and of all`() {
        let gradients = Self.gradients([3.0, -4], 12)
        #expect(gradients.norms == [[5, 12]])
        #expect(gradients.globalNorm == 13)
    }

    @Test func `a norm whose square is beyond float32 is exact all the same`() {
        let gradients = Self.gradients([3e30 as Float, -4e30], 0)
        // In float64 the numbers of float32 and their squares are exact to 1e-16; they themselves
        // are rounded to 6e-8 of 3e30 and 4e30.
        #expect(abs(gradients.globalNorm - 5e30) < 1e-7 * 5e30)
        let clipped = Self.clipped(gradients, .globalNorm(5))
        #expect(abs(clipped[0] - 3) < 1e-6 && abs(clipped[1] + 4) < 1e-6)
    }

    @Test func `what is not a number stays so, that a divergence is seen`() {
        for clipping in [Clipping.value(1), .norm(1), .globalNorm(1)] {
            #expect(Self.clipped(Self.gradients([.nan, 4.0], 1), clipping)[0].isNaN)
        }
    }

    @Test(arguments: [Clipping.norm(1), .globalNorm(1)])
    func `gradients without end are not shortened`(clipping: Clipping) {
        #expect(Self.clipped(Self.gradients([.infinity, 4.0], 1), clipping) == [.infinity, 4, 1])
    }
}
