import Testing

@testable import Training

struct NadamTests {
    /// β₁ = 0.5, β₂ = 0.75, ε = 1, η = 0.1, ψ = 0: μ = 0.25 at every step. Gradients 2, −1.
    ///
    /// Step 1: m = 1, v = 1, corrected 4; 0.25·1/(1 − 1/16) + 0.75·2/(1 − 1/4) = 4/15 + 2;
    /// θ = 1 − 0.1·(34/15)/3.
    /// Step 2: m = 0, v = 1, corrected 16/7; 0.75·(−1)/(1 − 1/16) = −0.8; θ rises by
    /// 0.08/(√(16/7) + 1).
    @Test func `two steps are as by hand`() {
        let nadam = Nadam(
            beta1: 0.5, beta2: 0.75, epsilon: 1, momentumDecay: 0, style: .pytorch)
        let first = 1 - 0.34 / 4.5
        let second = first + 0.08 / ((16 / 7.0).squareRoot() + 1)
        #expect(areClose(nadam.path(along: [2, -1]), [first, second]))
    }

    /// ψ = 1, β₁ = 1/2: μ₁ = ½·(1 − 0.48) = 0.26, μ₂ = ½·(1 − ½·0.9216) = 0.2696.
    @Test func `the product of momenta is remembered`() {
        let nadam = Nadam(
            beta1: 0.5, beta2: 0.75, epsilon: 1, momentumDecay: 1, style: .keras)
        var numbers = nadam.numbers
        nadam.advance(&numbers, to: 1)
        nadam.advance(&numbers, to: 2)
        // Two powers and five more operations, each rounded by 1e-16.
        #expect(abs(numbers[0] - 0.26 * 0.2696) < 1e-16)
    }
}
