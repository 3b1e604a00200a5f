import Testing

@testable import Training

/// ρ = 0.75, η = 0.1, gradients 2, −4: v = 1, then 0.75 + 4 = 4.75.
struct RMSpropTests {
    static let gradients: [Double] = [2, -4]

    /// ε = 3: θ = 1 − 0.2/√4 = 0.9; θ = 0.9 + 0.4/√7.75.
    @Test func `Keras's epsilon is inside the root`() {
        let path = RMSprop(rho: 0.75, epsilon: 3, style: .keras).path(along: Self.gradients)
        #expect(areClose(path, [0.9, 0.9 + 0.4 / 7.75.squareRoot()]))
    }

    /// ε = 3: θ = 1 − 0.2/(1 + 3) = 0.95; θ = 0.95 + 0.4/(√4.75 + 3).
    @Test(arguments: [OptimizerStyle.pytorch, .course])
    func `PyTorch's and the course's epsilon is outside`(style: OptimizerStyle) {
        let path = RMSprop(rho: 0.75, epsilon: 3, style: style).path(along: Self.gradients)
        #expect(areClose(path, [0.95, 0.95 + 0.4 / (4.75.squareRoot() + 3)]))
    }

    /// c = 0.5, then 0.375 − 1 = −0.625; v − c² = 0.75, then 4.75 − 0.390625 = 4.359375.
    @Test func `the centered divides by the deviation`() {
        let path = RMSprop(rho: 0.75, epsilon: 0, style: .pytorch, isCentered: true)
            .path(along: Self.gradients)
        let first = 1 - 0.2 / 0.75.squareRoot()
        #expect(areClose(path, [first, first + 0.4 / 4.359375.squareRoot()]))
    }

    /// ρ = 0, ε = 0: g/√v is the sign. Keras, μ = 0.5, η = 0.1 then 0: u = 0.1, θ = 0.9; u = 0.05,
    /// θ = 0.85. PyTorch's u has no η in it: θ = 0.9 twice.
    @Test(arguments: [(OptimizerStyle.keras, [0.9, 0.85]), (.pytorch, [0.9, 0.9])])
    func `momentum has the learning rate of its time in Keras`(
        style: OptimizerStyle, expected: [Double]
    ) {
        let path = RMSprop(rho: 0, epsilon: 0, style: style, momentum: 0.5)
            .path(along: [2, 3], rates: [0.1, 0])
        #expect(areClose(path, expected))
    }

    /// ρ = 0.75, μ = 0.5, ε = 0. As centered above, steps −0.2/√0.75 and 0.4/√4.359375, and half of
    /// the first again.
    @Test(arguments: [OptimizerStyle.keras, .pytorch])
    func `both together`(style: OptimizerStyle) {
        let path = RMSprop(rho: 0.75, epsilon: 0, style: style, momentum: 0.5, isCentered: true)
            .path(along: Self.gradients)
        let first = 0.2 / 0.75.squareRoot()
        let second = 0.4 / 4.359375.squareRoot() - first / 2
        #expect(areClose(path, [1 - first, 1 - first + second]))
    }

    @Test func `there is a slot for each of what is remembered`() {
        func slots(_ momentum: Double, _ isCentered: Bool) -> Int {
            RMSprop(
                rho: 0.9, epsilon: 0, style: .keras, momentum: momentum, isCentered: isCentered
            ).slots.count
        }
        #expect(
            [slots(0, false), slots(0.5, false), slots(0, true), slots(0.5, true)] == [1, 2, 2, 3])
    }
}
