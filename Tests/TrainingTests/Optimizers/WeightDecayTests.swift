import Testing

@testable import Training

struct WeightDecayTests {
    /// λ = 2, η = 0.1, gradients 1, 1. g = 1 + 2·1 = 3: 0.7; g = 1 + 1.4 = 2.4: 0.46.
    @Test func `of gradient descent the coupled and the decoupled are the same`() {
        for isDecoupled in [false, true] {
            let decay = WeightDecay(rate: 2, isDecoupled: isDecoupled)
            #expect(areClose(GradientDescent(decay: decay).path(along: [1, 1]), [0.7, 0.46]))
        }
    }

    /// ρ = 0.5, λ = 2. Coupled: g = 3, v = 3, θ = 0.7; g = 2.4, v = 3.9, θ = 0.31. Decoupled: θ = 0.8,
    /// v = 1, θ = 0.7; θ = 0.56, v = 1.5, θ = 0.41.
    @Test(arguments: [(false, [0.7, 0.31]), (true, [0.7, 0.41])])
    func `of momentum only the coupled is remembered`(isDecoupled: Bool, expected: [Double]) {
        let momentum = Momentum(
            momentum: 0.5, style: .pytorch, decay: WeightDecay(rate: 2, isDecoupled: isDecoupled))
        #expect(areClose(momentum.path(along: [1, 1]), expected))
    }

    /// β₁ = β₂ = 0: θ falls by η·sign(g). λ = 2: θ = 0.8 − 0.1, then 0.56 − 0.1.
    @Test func `AdamW's is decoupled`() throws {
        let decay = WeightDecay(rate: 2, isDecoupled: true)
        let adam = Adam(beta1: 0, beta2: 0, epsilon: 0, decay: decay)
        #expect(areClose(adam.path(along: [3, 5]), [0.7, 0.46]))
    }
}
