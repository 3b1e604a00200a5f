import Dispatch

/// How work is cut into parts that run at once: by its size alone, as `ProductSplit` is, so that
/// the same work gives the same bits however busy the machine is.
struct Shares: Sendable {
    let count: Int
    let parts: Int
    private let size: Int

    /// So many units of work of so many operations altogether.
    init(_ count: Int, operations: Double) {
        self.count = count
        let parts = operations >= Double(ProductSplit.worthSharing) ? ProductSplit.parts : 1
        size = max((count + parts - 1) / parts, 1)
        self.parts = (count + size - 1) / size
    }

    /// Calls `body` with each part's index and its units.
    func forEach(_ body: @Sendable (Int, Range<Int>) -> Void) {
        if parts == 1 { return body(0, 0..<count) }
        DispatchQueue.concurrentPerform(iterations: parts) { part in
            body(part, (part * size)..<min((part + 1) * size, count))
        }
    }
}
