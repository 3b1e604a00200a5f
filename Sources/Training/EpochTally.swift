import NeuralNetwork

/// What an epoch has come to so far: means over its steps, so that a short last batch counts by its
/// examples.
struct EpochTally: Sendable, Equatable {
    /// Of the cost's two terms, by the weight of each step's batch.
    private var data = WeightedMean()
    private var penalty = WeightedMean()
    /// Of ‖∂J/∂θ‖ of all parameters, before clipping, where it is taken.
    private var norm = WeightedMean()
    private(set) var normMaximum = 0.0
    private(set) var steps = 0
    /// What each metric has counted.
    private(set) var metrics: [MetricTally] = []

    mutating func add(_ cost: Cost, weight: Double) {
        data.add(cost.data, weight: weight)
        penalty.add(cost.penalty, weight: weight)
        steps += 1
    }

    /// Adds what the metrics, always the same, count in a step.
    mutating func add<S: Scalar>(
        _ own: [any Metric], of outputs: Matrix<S>, _ objective: Objective<S>
    ) {
        if metrics.isEmpty { metrics = own.map { _ in MetricTally() } }
        for (index, metric) in own.enumerated() {
            metric.add(metric.tally(of: outputs, objective), to: &metrics[index])
        }
    }

    mutating func add(norm: Double) {
        self.norm.add(norm, weight: 1)
        normMaximum = max(normMaximum, norm)
    }

    /// The mean of the losses, and that of the costs, over the epoch.
    var meanLoss: Double { data.value }
    var meanCost: Double { data.value + penalty.value }
    var meanNorm: Double { norm.value }

    /// All its numbers, for a checkpoint; `metrics` are beside.
    var numbers: [Double] {
        data.numbers + penalty.numbers + norm.numbers + [normMaximum, Double(steps)]
    }

    init() {}

    init?(numbers: [Double], metrics: [MetricTally]) {
        guard numbers.count == 11, let steps = Int(exactly: numbers[10]), steps >= 0,
            let data = WeightedMean(numbers: numbers[0..<3]),
            let penalty = WeightedMean(numbers: numbers[3..<6]),
            let norm = WeightedMean(numbers: numbers[6..<9])
        else { return nil }
        (self.data, self.penalty, self.norm) = (data, penalty, norm)
        (normMaximum, self.steps) = (numbers[9], steps)
        self.metrics = metrics
    }
}
