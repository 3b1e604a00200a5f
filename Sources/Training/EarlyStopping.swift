import NeuralNetwork

/// Stops a training whose monitored value no longer gets better, as Keras's `EarlyStopping`.
public struct EarlyStopping: Sendable, Hashable {
    /// What a caller may set.
    public static let settings: [Setting] = [
        .text("monitor", default: Monitor.standard),
        .number("min_delta", default: 0, in: 0...1e12),
        .integer("patience", default: 0, in: 0...1_000_000),
        .word("mode", default: Monitor.Mode.auto),
        .optionalNumber("baseline", in: -1e300...1e300),
        .flag("restore_best", default: false),
        .integer("start_from_epoch", default: 0, in: 0...1_000_000_000),
    ]

    /// What is watched, and which changes of it count.
    public var monitor: Monitor
    /// Epochs without improvement after which the training stops; 0 and 1 are one, as in Keras.
    public var patience: Int
    /// What the value must be better than for an improvement to start the patience anew.
    public var baseline: Double?
    /// Whether the result is the network of the best epoch, and not of the last.
    public var restoreBest: Bool
    /// The epochs before it, counted from 0, are not looked at.
    public var startFromEpoch: Int

    public init(
        monitor: Monitor = Monitor(), patience: Int = 0, baseline: Double? = nil,
        restoreBest: Bool = false, startFromEpoch: Int = 0
    ) {
        self.monitor = monitor
        self.patience = patience
        self.baseline = baseline
        self.restoreBest = restoreBest
        self.startFromEpoch = startFromEpoch
    }

    /// From a value for each of `settings`.
    public init(_ settings: SettingValues) {
        self.init(
            monitor: Monitor(settings), patience: settings.integer("patience"),
            baseline: settings.givenNumber("baseline"), restoreBest: settings.flag("restore_best"),
            startFromEpoch: settings.integer("start_from_epoch"))
    }

    /// What is remembered from epoch to epoch.
    public struct State: Sendable, Equatable {
        /// The best value yet; nil before there is one.
        public private(set) var best: Double?
        /// The epoch of the best value, from 0.
        public private(set) var bestEpoch: Int?
        /// Epochs since an improvement that counted.
        public private(set) var wait = 0

        public init() {}
    }

    /// What is to be done after an epoch.
    public enum Verdict: Sendable {
        /// The value is the best yet: the network is the one to keep.
        case improved
        case goOn
        case stop
    }

    /// Told after each epoch, `epoch` from 0, what the monitored value is.
    public func observe(_ value: Double, epoch: Int, state: inout State) -> Verdict {
        if epoch < startFromEpoch { return .goOn }
        return state.observe(value, epoch, self)
    }
}

extension EarlyStopping.State {
    fileprivate mutating func observe(
        _ value: Double, _ epoch: Int, _ rule: EarlyStopping
    ) -> EarlyStopping.Verdict {
        wait += 1
        if rule.monitor.isBetter(value, than: best) {
            (best, bestEpoch) = (value, epoch)
            if rule.baseline == nil || rule.monitor.isBetter(value, than: rule.baseline) {
                wait = 0
            }
            return .improved
        }
        return wait >= rule.patience && epoch > 0 ? .stop : .goOn
    }

    /// All of it, for a checkpoint: `wait`, then the best value and its epoch, where there is one.
    public var numbers: [Double] {
        guard let best, let bestEpoch else { return [Double(wait)] }
        return [Double(wait), best, Double(bestEpoch)]
    }

    /// The state of a checkpoint; nil where the numbers cannot be one.
    public init?(numbers: [Double]) {
        func count(_ number: Double) -> Int? {
            Int(exactly: number).flatMap { (0...1 << 53).contains($0) ? $0 : nil }
        }
        guard numbers.count == 1 || numbers.count == 3, let wait = count(numbers[0]) else {
            return nil
        }
        self.init()
        self.wait = wait
        guard numbers.count == 3 else { return }
        guard !numbers[1].isNaN, let epoch = count(numbers[2]) else { return nil }
        (best, bestEpoch) = (numbers[1], epoch)
    }
}
