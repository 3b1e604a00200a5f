import Dispatch

extension Duration {
    /// For Dispatch, which counts in whole nanoseconds; more than a year is a year.
    var dispatchInterval: DispatchTimeInterval {
        let capped = min(max(self, .zero), .seconds(366 * 86_400))
        let (seconds, attoseconds) = capped.components
        return .nanoseconds(Int(seconds) * 1_000_000_000 + Int(attoseconds / 1_000_000_000))
    }
}
