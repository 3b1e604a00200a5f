import NeuralNetwork

/// A value of the reports that is watched for getting better, as early stopping and
/// `reduce_on_plateau` do.
public struct Monitor: Sendable, Hashable {
    /// What is watched where nothing is said, as in Keras.
    public static let standard = "validation.loss:mean"

    /// Which way the value gets better.
    public enum Mode: String, CaseIterable, Sendable {
        /// Greater for metrics, less for all else.
        case auto
        case min, max
    }

    /// The name of the value in a report, `loss:mean` or `validation.accuracy:mean`.
    public var name: String
    public var mode: Mode
    /// What it must be better by.
    public var minimumChange: Double

    public init(_ name: String = standard, mode: Mode = .auto, minimumChange: Double = 0) {
        self.name = name
        self.mode = mode
        self.minimumChange = minimumChange
    }

    /// From the settings `monitor`, `mode` and `min_delta`.
    init(_ settings: SettingValues) {
        self.init(
            settings.text("monitor"), mode: settings.word("mode"),
            minimumChange: settings.number("min_delta"))
    }

    /// Whether a value is better than another by more than `minimumChange`. One that is not a number
    /// never is; any other is better than none.
    public func isBetter(_ value: Double, than other: Double?) -> Bool {
        guard !value.isNaN else { return false }
        guard let other else { return true }
        return isGreaterBetter ? value - minimumChange > other : value + minimumChange < other
    }

    public var isGreaterBetter: Bool {
        switch mode {
        case .auto: Self.isGreaterBetter(name)
        case .min: false
        case .max: true
        }
    }

    /// Whether a report's value, by its name, is a metric's.
    static func isGreaterBetter(_ name: String) -> Bool {
        let own = name.hasPrefix("validation.") ? name.dropFirst("validation.".count) : name[...]
        return ["accuracy:", "top_", "r2:"].contains { own.hasPrefix($0) }
    }
}
