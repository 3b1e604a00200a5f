import Testing

@testable import Training

/// β₁ = 0.5, β₂ = 0.75, ε = 1, η = 0.1: as in `AdamTests`.
struct AdamStylesTests {
    /// Step 1: m = 1, v = 1, η·√0.25/0.5 = 0.1: θ = 1 − 0.1·1/(1 + 1). Step 2: m = 0. Step 3: m = 0.5,
    /// v = 1, η·√(37/64)/0.875: θ falls by 0.1·√(37/64)/0.875·0.5/2.
    @Test func `Keras adds epsilon before the correction`() {
        let path = Adam(beta1: 0.5, beta2: 0.75, epsilon: 1, style: .keras)
            .path(along: [2, -1, 1])
        let last = 0.025 * (37 / 64.0).squareRoot() / 0.875
        #expect(areClose(path, [0.95, 0.95, 0.95 - last]))
    }

    @Test func `the course's is PyTorch's`() {
        let gradients: [Double] = [2, -1, 1]
        let course = Adam(beta1: 0.5, beta2: 0.75, epsilon: 1, style: .course)
        let pytorch = Adam(beta1: 0.5, beta2: 0.75, epsilon: 1, style: .pytorch)
        #expect(course.path(along: gradients) == pytorch.path(along: gradients))
    }

    /// β₁ = 0, gradients 2, 1: v = 1, then 0.75 + 0.25 = 1, then for 0.5, 0.8125, of which AMSGrad
    /// keeps 1. ε = 0: θ falls by 0.1·0.5/√(1/(37/64)).
    @Test func `AMSGrad divides by the largest there was, before its correction`() {
        let path = Adam(beta1: 0, beta2: 0.75, epsilon: 0, isAMSGrad: true)
            .path(along: [2, 1, 0.5])
        let (first, second) = (1 - 0.2 * 0.5, 0.1 * (7 / 16.0).squareRoot())
        let third = 0.05 * (37 / 64.0).squareRoot()
        #expect(areClose(path, [first, first - second, first - second - third]))
    }
}
