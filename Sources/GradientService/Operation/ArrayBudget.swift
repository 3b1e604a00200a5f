import Synchronization

/// Bounds the memory of all computations together, so that the service refuses work before the system
/// ends it for want of memory.
///
/// A computation counts with the most that it may take, which is known from its body and its shapes,
/// from before it is read until its answer is printed. Nothing waits for room, as for that of bodies.
final class ArrayBudget: Sendable {
    let limit: Int
    private let retryAfter: Int
    private let held = Atomic(0)

    /// What a body of so many bytes becomes, read: a number takes two bytes at least, and eight then.
    private static let perByteOfBody = 4.0
    /// A number is eight bytes of an array, and up to 16 more as it is printed.
    private static let perByteOfArrays = 3.0
    /// Bodies up to this, in bytes, are not worth counting.
    private static let small = 64 * 1024

    init(limit: Int, retryAfter: Int) {
        self.limit = limit
        self.retryAfter = retryAfter
    }

    var bytesHeld: Int { held.load(ordering: .relaxed) }

    /// A share for a request with a body of so many bytes.
    func share(forBody bytes: Int) throws(RequestError) -> ArrayShare {
        let share = ArrayShare(of: self)
        if bytes > Self.small { try share.take(Double(bytes) * Self.perByteOfBody) }
        return share
    }

    fileprivate func take(_ bytes: Int, havingTaken own: Int) throws(RequestError) {
        var now = held.load(ordering: .relaxed)
        // One that wants more than all gets all, once nobody else has any.
        while bytes <= limit - now || now == own {
            let (isTaken, other) = held.weakCompareExchange(
                expected: now, desired: now + bytes, ordering: .relaxed)
            if isTaken { return }
            now = other
        }
        throw .noRoomForArrays(retryAfter: retryAfter)
    }

    fileprivate func giveBack(_ bytes: Int) {
        held.wrappingSubtract(bytes, ordering: .relaxed)
    }

    fileprivate static func memory(ofArrays bytes: Double) -> Double { bytes * perByteOfArrays }

    /// Bytes of arrays of a request with a body of so many, which both take all of `memory`.
    fileprivate static func arrays(in memory: Int, forBody bytes: Int) -> Double {
        max(Double(memory) - Double(bytes) * perByteOfBody, 0) / perByteOfArrays
    }
}

extension ServiceLimits {
    /// Bounds what all computations take by so many bytes, and what one does by half of them, with the
    /// longest body: so there is room for two at least.
    public mutating func fit(memory: Int, body: Int) {
        self.memory = memory
        bytes = min(bytes, ArrayBudget.arrays(in: memory / 2, forBody: body))
    }
}

/// What one computation has of the budget. It is given back when nobody holds the share any more.
final class ArrayShare: Sendable {
    private let budget: ArrayBudget
    private let bytes = Atomic(0)

    fileprivate init(of budget: ArrayBudget) { self.budget = budget }

    deinit { budget.giveBack(bytes.load(ordering: .relaxed)) }

    /// Counts arrays of so many bytes more, or refuses.
    func take(arrays bytes: Double) throws(RequestError) {
        try take(ArrayBudget.memory(ofArrays: bytes))
    }

    fileprivate func take(_ more: Double) throws(RequestError) {
        let more = Int(clamping: min(more, Double(Int32.max) * 1024))
        try budget.take(more, havingTaken: bytes.load(ordering: .relaxed))
        bytes.wrappingAdd(more, ordering: .relaxed)
    }
}
