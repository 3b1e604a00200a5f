import NeuralNetwork

/// What L-BFGS knows of the curvature: the last steps, and how the gradient changed in each.
struct LBFGSMemory<S: Scalar> {
    /// s, y and 1/(y·s) of a step.
    struct Pair {
        var step: Matrix<S>
        var change: Matrix<S>
        var inverse: Double
    }

    /// The last direction, and how far it was gone.
    private(set) var direction: Matrix<S>
    var step = 0.0
    private var gradient: Matrix<S>
    private(set) var pairs: [Pair] = []
    /// What H starts from: this many times I.
    private var scale = 1.0

    /// At the first step the direction is that of gradient descent.
    init(_ gradient: Matrix<S>) {
        self.gradient = gradient
        direction = gradient
        direction.scale(by: -1)
    }

    /// Out of a checkpoint's parts; nil where they are not such.
    init?(matrices: [Matrix<S>], numbers: [Double]) {
        guard matrices.count >= 2, matrices.count.isMultiple(of: 2),
            numbers.count == 2 + (matrices.count - 2) / 2
        else { return nil }
        direction = matrices[0]
        gradient = matrices[1]
        (step, scale) = (numbers[0], numbers[1])
        pairs = numbers.dropFirst(2).enumerated().map { index, inverse in
            Pair(
                step: matrices[2 * index + 2], change: matrices[2 * index + 3],
                inverse: inverse)
        }
    }

    init?(_ state: OptimizerState<S>) {
        guard let matrices = state.memory.first else { return nil }
        self.init(matrices: matrices, numbers: state.numbers)
    }

    func write(to state: inout OptimizerState<S>) {
        state.memory = [[direction, gradient] + pairs.flatMap { [$0.step, $0.change] }]
        state.numbers = [step, scale] + pairs.map(\.inverse)
    }

    /// Learns from the last step, now that there is the gradient after it, and turns.
    mutating func remember(_ next: Matrix<S>, atMost limit: Int) {
        var change = next
        change.add(gradient, times: -1)
        var taken = direction
        taken.scale(by: step)
        let curvature = change.dot(taken)
        if curvature > 1e-10 {
            if pairs.count == limit { pairs.removeFirst() }
            scale = curvature / change.dot(change)
            pairs.append(Pair(step: taken, change: change, inverse: 1 / curvature))
        }
        gradient = next
        turn()
    }

    /// `d = −H·g` by the two-loop recursion.
    private mutating func turn() {
        var q = gradient
        q.scale(by: -1)
        var factors = [Double](repeating: 0, count: pairs.count)
        for (index, pair) in pairs.enumerated().reversed() {
            factors[index] = pair.step.dot(q) * pair.inverse
            q.add(pair.change, times: -factors[index])
        }
        q.scale(by: scale)
        for (index, pair) in pairs.enumerated() {
            let back = pair.change.dot(q) * pair.inverse
            q.add(pair.step, times: factors[index] - back)
        }
        direction = q
    }
}

extension Matrix {
    /// Σ xᵢ·yᵢ, summed in float64 in eight parts, so that it is vectorized.
    @specialized(where S == Double)
    @specialized(where S == Float)
    func dot(_ other: Matrix) -> Double {
        withNumbers { x in
            other.withNumbers { y in
                precondition(x.count == y.count)
                var sums = SIMD8<Double>.zero
                let whole = x.count & ~7
                for start in stride(from: 0, to: whole, by: 8) {
                    for i in 0..<8 {
                        sums[i] += Double(x[start + i]) * Double(y[start + i])
                    }
                }
                var sum = sums.sum()
                for i in whole..<x.count { sum += Double(x[i]) * Double(y[i]) }
                return sum
            }
        }
    }

    /// max |xᵢ|; NaN where one is.
    @specialized(where S == Double)
    @specialized(where S == Float)
    func largestSize() -> Double {
        withNumbers { x in
            var largest: S = 0
            for number in x where !(abs(number) <= largest) {
                largest = abs(number)
                if number.isNaN { break }
            }
            return Double(largest)
        }
    }

    /// Σ |xᵢ|.
    @specialized(where S == Double)
    @specialized(where S == Float)
    func sumOfSizes() -> Double {
        withNumbers { $0.reduce(0.0) { $0 + Double(abs($1)) } }
    }

    @specialized(where S == Double)
    @specialized(where S == Float)
    mutating func scale(by factor: Double) {
        let factor = S(factor)
        withMutableNumbers { x in
            for i in 0..<x.count { x[i] *= factor }
        }
    }

    @specialized(where S == Double)
    @specialized(where S == Float)
    mutating func add(_ other: Matrix, times factor: Double) {
        let factor = S(factor)
        update(with: other) { $0 += factor * $1 }
    }
}
