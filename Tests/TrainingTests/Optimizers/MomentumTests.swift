import Testing

@testable import Training

/// ρ = 0.5, η = 0.1, gradients 2, −3, 0: the last step goes on by what is remembered.
struct MomentumTests {
    static let gradients: [Double] = [2, -3, 0]

    /// v = −0.2, θ = 0.8; v = −0.1 + 0.3 = 0.2, θ = 1; v = 0.1, θ = 1.1.
    @Test func `Keras's steps are as by hand`() {
        let path = Momentum(momentum: 0.5, style: .keras).path(along: Self.gradients)
        #expect(areClose(path, [0.8, 1, 1.1]))
    }

    /// v = 2, θ = 0.8; v = 1 − 3 = −2, θ = 1; v = −1, θ = 1.1.
    @Test func `PyTorch's steps are as by hand`() {
        let path = Momentum(momentum: 0.5, style: .pytorch).path(along: Self.gradients)
        #expect(areClose(path, [0.8, 1, 1.1]))
    }

    /// v = 1, θ = 0.9; v = 0.5 − 1.5 = −1, θ = 1; v = −0.5, θ = 1.05.
    @Test func `the course's steps are as by hand`() {
        let path = Momentum(momentum: 0.5, style: .course).path(along: Self.gradients)
        #expect(areClose(path, [0.9, 1, 1.05]))
    }

    /// v = (1 − ρ)·g, so that a step of η = 1e6 is 1e6·1e-9·(−2) = −0.002 long.
    @Test func `float32 takes a ρ near 1 as float64 does`() {
        let momentum = Momentum(momentum: 0.999_999_999, style: .course)
        let path = momentum.path(along: [-2], rates: [1e6], in: Float.self)
        #expect(abs(path[0] - 1.002) <= 1e-6)
    }

    /// After a gradient of 2 at η = 0.1, one of 0 at η = 0. Keras's velocity has the old η in it:
    /// v = −0.2, θ = 0.8; v = −0.1, θ = 0.7. The others' has not, and θ stays.
    @Test(arguments: [
        (Momentum.Style.keras, [0.8, 0.7]), (.pytorch, [0.8, 0.8]), (.course, [0.9, 0.9]),
    ])
    func `the styles differ in what a change of the learning rate does`(
        style: Momentum.Style, expected: [Double]
    ) {
        let path = Momentum(momentum: 0.5, style: style).path(along: [2, 0], rates: [0.1, 0])
        #expect(areClose(path, expected))
    }

    /// ρ = 0.9 and gradients of 1: v = 1, 1.9, 2.71, so θ = 0.9, 0.71, 0.439; the course's steps are
    /// a tenth of that: 0.99, 0.971, 0.9439.
    @Test(arguments: [
        (Momentum.Style.keras, [0.9, 0.71, 0.439]), (.pytorch, [0.9, 0.71, 0.439]),
        (.course, [0.99, 0.971, 0.9439]),
    ])
    func `velocity builds up`(style: Momentum.Style, expected: [Double]) {
        #expect(areClose(Momentum(momentum: 0.9, style: style).path(along: [1, 1, 1]), expected))
    }

    /// ρ = 0.5, η = 0.1, gradients 2, −3. Keras: v = −0.2, θ = 1 − 0.1 − 0.2; v = 0.2, θ rises by
    /// 0.1 + 0.3. PyTorch's are the same. Course: v = 1, θ = 1 − 0.1·(1 + 0.5); v = −1, θ rises by
    /// 0.1·(1.5 + 0.5).
    @Test(arguments: [
        (Momentum.Style.keras, [0.7, 1.1]), (.pytorch, [0.7, 1.1]), (.course, [0.85, 1.05]),
    ])
    func `Nesterov's steps are as by hand`(style: Momentum.Style, expected: [Double]) {
        let momentum = Momentum(momentum: 0.5, style: style, isNesterov: true)
        #expect(areClose(momentum.path(along: [2, -3]), expected))
    }
}
