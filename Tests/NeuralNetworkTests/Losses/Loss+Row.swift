@testable import NeuralNetwork

extension Loss {
    /// The loss of one example and its two gradients, given Z.
    func row<S: Scalar>(
        after activation: Activation, z: [S], y: [S]
    ) -> (value: S, dA: [S], dZ: [S]) {
        let z = Matrix(rows: 1, columns: z.count, elements: z)
        let y = Matrix(rows: 1, columns: y.count, elements: y)
        let a = activation.evaluate(at: z)
        let (dA, dZ) = gradients(
            preActivation: z, activation: a, through: activation, targets: y)
        let value = evaluate(
            preActivation: z, activation: a, through: activation, targets: y)[0]
        return (value, dA.elements, dZ.elements)
    }
}

/// How far probabilities computed from Z may be off, relative to themselves: a few operations, and
/// the rounding of the logarithm, which is a difference of two numbers of `z`.
func tolerance<S: Scalar>(ofProbabilitiesFrom z: [S]) -> Double {
    (8 + Double(z.max()! - z.min()!)) * Double(S.ulpOfOne)
}
