import Dispatch

/// A value that one thread uses at a time: `Mutex` for tests, as the thread sanitizer cannot see
/// that one's locking on Linux.
public final class Locked<Value>: @unchecked Sendable {
    private let queue = DispatchQueue(label: "locked")
    private var value: Value

    public init(_ value: sending Value) {
        self.value = value
    }

    public func withLock<Result>(_ body: (inout Value) throws -> Result) rethrows -> Result {
        try queue.sync { try body(&value) }
    }
}
