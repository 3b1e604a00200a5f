import NeuralNetwork

/// The coefficient of determination: what share of the targets' variance the outputs explain, of
/// each output by itself, averaged over them, as Keras's `R2Score` and scikit-learn's `r2_score`.
///
/// A target that is the same in all examples has no variance; its R² is 1 where the outputs are
/// exactly it, and 0 elsewhere, as in scikit-learn.
public struct R2: Metric {
    static let choice = Choice<any Metric>("r2", otherNames: ["r2_score", "r_squared"]) { _ in R2()
    }

    public let name = "r2:uniform_average"
    public let isGreaterBetter: Bool? = true
    public let formula = """
        (1/n)·Σₖ (1 − Σᵢ wᵢ·(yᵢₖ − aᵢₖ)² / Σᵢ wᵢ·(yᵢₖ − ȳₖ)²), ȳₖ = Σᵢ wᵢ·yᵢₖ / Σᵢ wᵢ
        """

    public init() {}

    public func refusal(of loss: Loss, outputShape: [Int]) -> String? {
        switch loss {
        case .poisson(logInput: true):
            return "r2 is of numbers, and with log_input the outputs are logarithms of them"
        case .meanSquaredError, .halfSquaredError, .meanAbsoluteError, .huber, .smoothL1, .logCosh,
            .poisson, .cosineSimilarity:
            return nil
        case .binaryCrossentropy, .binaryFocalCrossentropy, .categoricalCrossentropy,
            .sparseCategoricalCrossentropy, .klDivergence, .hinge, .squaredHinge, .categoricalHinge:
            return "r2 is of numbers, and the targets of this loss are classes"
        }
    }

    /// Σ w, and of each output the mean of its targets, their sum of squares about it, and that of
    /// the errors, all weighed (West, 1979: sums of squares about 0 would cancel).
    @specialized(where S == Double)
    @specialized(where S == Float)
    public func tally<S: Scalar>(of outputs: Matrix<S>, _ objective: Objective<S>) -> MetricTally {
        let a = objective.positions(of: outputs)
        let n = a.columns
        var numbers = [Double](repeating: 0, count: 1 + 3 * n)
        a.elements.withUnsafeBufferPointer { a in
            objective.targets.elements.withUnsafeBufferPointer { y in
                for row in 0..<objective.targets.rows {
                    let weight = objective.weight(row)
                    guard weight != 0 else { continue }
                    numbers[0] += weight
                    let share = weight / numbers[0]
                    for k in 0..<n {
                        let (y, a) = (Double(y[row * n + k]), Double(a[row * n + k]))
                        let distance = y - numbers[1 + k]
                        numbers[1 + k] += share * distance
                        numbers[1 + n + k] += weight * distance * (y - numbers[1 + k])
                        numbers[1 + 2 * n + k] += weight * (y - a) * (y - a)
                    }
                }
            }
        }
        return MetricTally(numbers)
    }

    /// The mean and the squares about it of both together (Chan, Golub and LeVeque, 1979).
    public func add(_ other: MetricTally, to tally: inout MetricTally) {
        guard let (mine, theirs) = tally.totals(with: other) else { return }
        let n = (tally.numbers.count - 1) / 3
        let all = mine + theirs
        tally.numbers[0] = all
        for k in 1...n {
            let distance = other.numbers[k] - tally.numbers[k]
            tally.numbers[k] += distance * (theirs / all)
            tally.numbers[n + k] +=
                other.numbers[n + k] + distance * distance * (mine * theirs / all)
            tally.numbers[2 * n + k] += other.numbers[2 * n + k]
        }
    }

    public func value(of tally: MetricTally) -> MetricValue {
        let numbers = tally.numbers
        guard let total = numbers.first, total != 0 else { return .number(.nan) }
        let n = (numbers.count - 1) / 3
        let scores = (1...n).map { k in
            let (variance, error) = (numbers[n + k], numbers[2 * n + k])
            if variance == 0 { return error == 0 ? 1 : error.isNaN ? .nan : 0.0 }
            return 1 - error / variance
        }
        return .number(scores.reduce(0, +) / Double(n))
    }
}

extension MetricTally {
    /// The sums of weights of two tallies; nil where one has nothing, and the other is all there is.
    fileprivate mutating func totals(with other: MetricTally) -> (Double, Double)? {
        guard let theirs = other.numbers.first, theirs != 0 else {
            if numbers.isEmpty { self = other }
            return nil
        }
        guard let mine = numbers.first, mine != 0 else {
            self = other
            return nil
        }
        precondition(numbers.count == other.numbers.count)
        return (mine, theirs)
    }
}
