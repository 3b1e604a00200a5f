import NeuralNetwork

/// A training as far as it has gone: a value, so that it can be stored and gone on with, to the same
/// bits.
public struct TrainingState<S: Scalar>: Sendable {
    /// As the last step left it.
    public internal(set) var network: Network<S>
    var optimizer: OptimizerState<S>
    var schedule = ScheduleState()
    /// The generator of the shuffling, as it was before this epoch's was drawn.
    var random: LegacyRandom
    /// The epochs that are finished.
    public internal(set) var epoch = 0
    /// The steps of this epoch that are taken.
    var stepOfEpoch = 0
    var tally = EpochTally()
    /// The cost of each finished epoch: that of its steps, each before its own update, weighted by
    /// their numbers of examples.
    public internal(set) var costs: [Double] = []
    public internal(set) var reports: [EpochReport] = []
    public internal(set) var warnings: [TrainingWarning] = []
    var stopping: EarlyStopping.State?
    public internal(set) var best: Best?

    /// The steps that are taken in all.
    public var steps: Int { optimizer.steps }

    /// The numbers of the network after the epoch that was the best by what early stopping monitors.
    public struct Best: Sendable {
        public let epoch: Int
        public let value: Double
        let numbers: [LayerNumbers<S>]
    }
}

/// What is told of an epoch.
public struct EpochReport: Sendable, Equatable {
    /// From 1: the epochs that are finished.
    public let epoch: Int
    /// The steps that are taken in all.
    public let step: Int
    /// One for each of the session's `columns`.
    public let values: [Double]
}

/// What there is to tell of a training as it goes.
public enum TrainingNews: Sendable, Equatable {
    case epoch(EpochReport)
    case warning(TrainingWarning)
}

/// Something that has a person look again at a training.
public struct TrainingWarning: Sendable, Equatable {
    public enum Kind: Int, CaseIterable, Sendable {
        /// The last step of an epoch had derivatives that are all 0.
        case noGradient
        /// The cost has become `rise` times that of the first epoch.
        case costRises
    }

    public let kind: Kind
    public let epoch: Int

    static let rise = 10.0

    public var sentence: String {
        switch kind {
        case .noGradient:
            "every derivative of the last step of epoch \(epoch) is 0: the network learns nothing"
        case .costRises:
            "the cost of epoch \(epoch) is more than ten times that of the first: "
                + "the learning rate may be too high"
        }
    }
}

/// How a training ended.
public enum TrainingOutcome: Sendable, Equatable {
    /// All epochs are done.
    case finished
    /// What early stopping monitors has not become better for long enough.
    case stoppedEarly
    case diverged(Divergence)
}
