import Testing

@testable import Training

/// β₁ = 0.5, β₂ = 0.75, ε = 1, η = 0.1, gradients 2, −1: m = 1, then 0; then for a gradient of 1, 0.5.
/// The corrections are 0.5, 0.75, 0.875.
struct AdamaxTests {
    /// u = 2, 1.5, 1.125: θ = 1 − 0.1/0.5·1/3; stays; falls by 0.1/0.875·0.5/2.125.
    @Test func `Keras's steps are as by hand`() {
        let path = Adamax(beta1: 0.5, beta2: 0.75, epsilon: 1, style: .keras)
            .path(along: [2, -1, 1])
        let first = 1 - 0.2 / 3
        #expect(areClose(path, [first, first, first - 0.05 / 0.875 / 2.125]))
    }

    /// u = 3, 2.25, 2: θ = 1 − 0.1/0.5·1/3; stays; falls by 0.1/0.875·0.5/2.
    @Test func `PyTorch's steps are as by hand`() {
        let path = Adamax(beta1: 0.5, beta2: 0.75, epsilon: 1, style: .pytorch)
            .path(along: [2, -1, 1])
        let first = 1 - 0.2 / 3
        #expect(areClose(path, [first, first, first - 0.05 / 0.875 / 2]))
    }
}
