import NeuralNetwork
import Testing

@testable import Training

struct QuickLookTests {
    static func look<S: Scalar>(_ numbers: [S]) -> QuickLook {
        var look = QuickLook()
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

    /// As many as several of the widest vectors hold, and some that are left over.
    @Test func `one among many is seen wherever it stands`() {
        let zeros = [Float](repeating: 0, count: 203)
        #expect(Self.look(zeros).isZero && Self.look(zeros.map(Double.init)).isZero)
        for place in zeros.indices {
            var numbers = zeros
            numbers[place] = .leastNonzeroMagnitude
            #expect(!Self.look(numbers).isZero && !Self.look(numbers.map(Double.init)).isZero)
            numbers[place] = -.infinity
            #expect(!Self.look(numbers).isFinite && !Self.look(numbers.map(Double.init)).isFinite)
        }
    }

    @Test func `what one of several matrices has is seen`() {
        var look = Self.look([1.0, 2])
        look.add(Matrix(rows: 1, columns: 1, repeating: Double.infinity))
        look.add(Matrix(rows: 1, columns: 1, repeating: 0.0))
        #expect(!look.isFinite && !look.isZero)
    }
}
