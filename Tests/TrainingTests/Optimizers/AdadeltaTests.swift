import Testing

@testable import Training

struct AdadeltaTests {
    /// ρ = 0.75, ε = 3, η = 0.1, gradients 2, −2.
    ///
    /// v = 1, d = 2·√3/√4 = √3, w = 0.75, θ = 1 − 0.1·√3. v = 1.75, d = −2·√3.75/√4.75.
    @Test(arguments: [OptimizerStyle.keras, .pytorch])
    func `two steps are as by hand`(style: OptimizerStyle) {
        let path = Adadelta(rho: 0.75, epsilon: 3, style: style).path(along: [2, -2])
        let first = 1 - 0.1 * 3.0.squareRoot()
        #expect(areClose(path, [first, first + 0.2 * (3.75 / 4.75).squareRoot()]))
    }
}
