/// A mean of numbers by their weights. Where the numbers are finite it is finite too, even where
/// their sum is not.
struct WeightedMean: Sendable, Equatable {
    /// Σ wᵢ·xᵢ and Σ wᵢ.
    private var sum = 0.0
    private var weight = 0.0
    /// The mean as it is carried from number to number, which rounds more often.
    private var carried = 0.0

    init() {}

    mutating func add(_ x: Double, weight own: Double) {
        guard own != 0 else { return }
        let before = weight
        sum += x * own
        weight += own
        carried = carried * (before / weight) + x * (own / weight)
    }

    /// Of nothing, not a number.
    var value: Double { sum.isFinite ? sum / weight : carried }

    /// All of it, for a checkpoint.
    var numbers: [Double] { [sum, weight, carried] }

    init?(numbers: ArraySlice<Double>) {
        guard numbers.count == 3 else { return nil }
        let numbers = Array(numbers)
        (sum, weight, carried) = (numbers[0], numbers[1], numbers[2])
    }
}
