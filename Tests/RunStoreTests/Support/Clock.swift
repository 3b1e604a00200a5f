import Dispatch

/// A clock that the test sets.
final class Clock: @unchecked Sendable {
    private let turns = DispatchQueue(label: "clock")
    private var seconds: Double

    init(_ seconds: Double = 1_000_000) { self.seconds = seconds }

    var now: Double {
        get { turns.sync { seconds } }
        set { turns.sync { seconds = newValue } }
    }
}
