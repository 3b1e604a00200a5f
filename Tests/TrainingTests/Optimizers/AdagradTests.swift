import Testing

@testable import Training

/// η = 0.1, gradients 2, −1.
struct AdagradTests {
    /// v starts at 3, ε = 2: v = 7, θ = 1 − 0.2/√9; v = 8, θ rises by 0.1/√10.
    @Test func `Keras's steps are as by hand`() {
        let path = Adagrad(initialSum: 3, epsilon: 2, style: .keras).path(along: [2, -1])
        let first = 1 - 0.2 / 3
        #expect(areClose(path, [first, first + 0.1 / 10.0.squareRoot()]))
    }

    /// v starts at 0, ε = 2, lr_decay 0.25: v = 4, θ = 1 − 0.2/4; v = 5, θ rises by
    /// 0.1/1.25/(√5 + 2).
    @Test func `PyTorch's steps are as by hand`() {
        let path = Adagrad(initialSum: 0, epsilon: 2, style: .pytorch, rateDecay: 0.25)
            .path(along: [2, -1])
        #expect(areClose(path, [0.95, 0.95 + 0.08 / (5.0.squareRoot() + 2)]))
    }
}
