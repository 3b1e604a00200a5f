import NeuralNetwork

/// A small generator with a seed (Steele, Lea and Flood, 2014), so that a test meets the same
/// numbers on every run.
struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64

    init(seed: Int) { state = UInt64(seed) }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }

    mutating func number(in range: ClosedRange<Double>) -> Double {
        .random(in: range, using: &self)
    }

    mutating func integer(in range: ClosedRange<Int>) -> Int {
        .random(in: range, using: &self)
    }

    mutating func matrix<S: Scalar>(
        rows: Int, columns: Int, in range: ClosedRange<Double> = -1...1
    ) -> Matrix<S> {
        Matrix(
            rows: rows, columns: columns,
            elements: (0..<(rows * columns)).map { _ in S(number(in: range)) })
    }
}
