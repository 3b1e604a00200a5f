import Testing

@testable import Training

struct LionTests {
    /// β₁ = 0.5, β₂ = 0.75, η = 0.1, gradients 4, −1, −0.75. Directions 2; with m = 1, 0: θ stays;
    /// with m = 0.5, −0.125.
    @Test func `three steps are as by hand`() {
        let path = Lion(beta1: 0.5, beta2: 0.75).path(along: [4, -1, -0.75])
        #expect(areClose(path, [0.9, 0.9, 1]))
    }
}
