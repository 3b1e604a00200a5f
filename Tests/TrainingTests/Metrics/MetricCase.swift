import NeuralNetwork
import Testing

@testable import Training

/// Outputs of examples a row, held against their targets.
func tally(
    _ metric: any Metric, _ loss: Loss, _ outputs: [[Double]], _ targets: [[Double]],
    weights: [Double]? = nil
) -> MetricTally {
    func matrix(_ rows: [[Double]]) -> Matrix<Double> {
        Matrix(rows: rows.count, columns: rows[0].count, elements: rows.flatMap { $0 })
    }
    let objective = Objective(loss: loss, targets: matrix(targets), weights: weights)
    return metric.tally(of: matrix(outputs), objective)
}

/// What a metric comes to.
func value(
    _ metric: any Metric, _ loss: Loss, _ outputs: [[Double]], _ targets: [[Double]],
    weights: [Double]? = nil
) -> MetricValue {
    metric.value(of: tally(metric, loss, outputs, targets, weights: weights))
}

/// What a metric comes to of two batches.
func value(
    _ metric: any Metric, _ loss: Loss,
    _ first: (outputs: [[Double]], targets: [[Double]]),
    _ second: (outputs: [[Double]], targets: [[Double]])
) -> MetricValue {
    var sum = MetricTally()
    metric.add(tally(metric, loss, first.outputs, first.targets), to: &sum)
    metric.add(tally(metric, loss, second.outputs, second.targets), to: &sum)
    return metric.value(of: sum)
}
