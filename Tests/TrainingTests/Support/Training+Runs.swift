import NeuralNetwork

@testable import Training

// Trainings that are run in one go, as most tests have them.

extension Trainer {
    /// A training from its beginning to its end.
    func train<S: Scalar>(
        _ network: Network<S>, on batch: TrainingBatch<S>, validation: TrainingBatch<S>? = nil,
        backward: Backward<S>? = nil
    ) -> TrainingSession<S> {
        var session = TrainingSession(
            network, on: TrainingData(batch, validation: validation), by: self, backward: backward)
        _ = session.finish()
        return session
    }
}

extension TrainingSession {
    mutating func finish() -> [TrainingNews] { advance { true } }

    /// Takes one step, or so many; fewer where the end is nearer.
    mutating func advance(steps: Int = 1) -> [TrainingNews] {
        var left = steps
        return advance {
            left -= 1
            return left >= 0
        }
    }

    /// The values of one column, of each report.
    func reported(_ column: String) -> [Double] {
        columns.firstIndex(of: column).map { index in state.reports.map { $0.values[index] } } ?? []
    }
}
