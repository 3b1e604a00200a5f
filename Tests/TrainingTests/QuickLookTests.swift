import NeuralNetwork
import Testing

@testable import Training

struct QuickLookTests {
    static func look<S: Scalar>(_ numbers: [S]) -> QuickLook<S> {
        var look = QuickLook<S>()
        look.add(Matrix(rows: 1, columns: numbers.count, elements: numbers))
        return look
    }

    static func judge<S: Scalar>(_: S.Type) {
        let finite: [S] = [
            1, -1, .greatestFiniteMagnitude, -.greatestFiniteMagnitude, .leastNonzeroMagnitude,
            -.leastNonzeroMagnitude, .leastNormalMagnitude, -.pi,
        ]
        for x in finite {
            #expect(look([0, x, 0]).isFinite)
            #expect(!look([0, x, 0]).isZero)
        }
        for x in [S.infinity, -.infinity, .nan, -.nan, .signalingNaN] {
            #expect(!look([0, x, 0]).isFinite)
            #expect(!look(finite + [x] + finite).isFinite)
            #expect(!look([x]).isZero)
        }
        #expect(look([S]()).isFinite && look([S]()).isZero)
        #expect(look([0, -S.zero, 0]).isZero && look([0, -S.zero]).isFinite)
        #expect(look(finite + finite + finite).isFinite)
    }

    @Test func `numbers of every kind are told apart`() {
        Self.judge(Double.self)
        Self.judge(Float.self)
    }

    @Test func `what one of several matrices has is seen`() {
        var look = Self.look([1.0, 2])
        look.add(Matrix(rows: 1, columns: 1, repeating: .infinity))
        look.add(Matrix(rows: 1, columns: 1, repeating: 0))
        #expect(!look.isFinite && !look.isZero)
    }
}
