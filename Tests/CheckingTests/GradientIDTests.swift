import Testing

@testable import Checking

struct GradientIDTests {
    @Test func `derivatives of one layer differ by kind and by parameter`() {
        let all: Set = [
            GradientID(0, .output), GradientID(0, .preActivation), GradientID(0, .parameter(0)),
            GradientID(0, .parameter(1)), .inputs,
        ]
        #expect(all.count == 5)
    }
}
