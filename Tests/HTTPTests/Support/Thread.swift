import Dispatch
import Testing

/// Runs beside the test, which waits for its end.
///
/// A thread of its own, not a task: tests block, and all tasks share as many threads as there are
/// cores.
final class Thread: @unchecked Sendable {
    private let end = DispatchSemaphore(value: 0)
    private var result = Result<Void, any Error>.success(())

    /// The caller answers for what the two share.
    init(_ body: @escaping () throws -> Void) {
        nonisolated(unsafe) let body = body
        DispatchQueue(label: "test").async {
            self.result = Result { try body() }
            self.end.signal()
        }
    }

    /// Throws what the body threw.
    func join() throws {
        end.wait()
        try result.get()
    }
}
