import Testing

@testable import Training

struct GradientDescentTests {
    /// 1 − 0.1·2 = 0.8; 0.8 − 0.1·(−1) = 0.9.
    @Test func `two steps are as by hand`() {
        #expect(areClose(GradientDescent().path(along: [2, -1]), [0.8, 0.9]))
    }
}
