import HTTP
import Machine

/// Bounds the memory of all computations together, so that the service refuses work before the system
/// ends it for want of memory.
///
/// A computation counts with the most that it may take, which is known from its body and its shapes,
/// from before it is read until its answer is printed; the answer counts until its client has taken it.
/// Nothing waits for room, as for that of bodies.
struct ArrayBudget: Sendable {
    let limit: Int
    private let retryAfter: Int
    private let all = ByteCount()

    /// What a body of so many bytes becomes, read: a number takes two bytes at least, and eight then.
    private static let perByteOfBody = 4.0
    /// A number is eight bytes of an array, and up to 16 more as it is printed.
    private static let perByteOfArrays = 3.0
    /// What is stored is twice there for a moment, as it was read and in the answer.
    private static let perByteOfStored = 2.0
    /// Bodies up to this, in bytes, and what is stored, are not worth counting.
    private static let small = 64 * 1024

    init(limit: Int, retryAfter: Int) {
        self.limit = limit
        self.retryAfter = retryAfter
    }

    var bytesHeld: Int { all.held }

    /// A share for a request with a body of so many bytes.
    func share(forBody bytes: Int) throws(RequestError) -> ArrayShare {
        try share(for: bytes, each: Self.perByteOfBody)
    }

    /// A share for an answer that is so many bytes of the store's.
    func share(forStored bytes: Int) throws(RequestError) -> ArrayShare {
        try share(for: bytes, each: Self.perByteOfStored)
    }

    private func share(for bytes: Int, each: Double) throws(RequestError) -> ArrayShare {
        let share = ArrayShare(of: self, ByteShare(of: all))
        if bytes > Self.small { try take(Double(bytes) * each, for: share.bytes) }
        return share
    }

    /// One that wants more than all gets all, once nobody else has any.
    fileprivate func take(_ bytes: Double, for share: ByteShare) throws(RequestError) {
        let bytes = Int(clamping: min(bytes, Double(Int32.max) * 1024))
        guard share.take(bytes, upTo: limit, orAlone: true) else {
            throw .noRoomForArrays(retryAfter: retryAfter)
        }
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

/// What one computation, and then its answer, has of the budget. It is given back when nobody holds
/// the share any more.
struct ArrayShare: Sendable {
    private let budget: ArrayBudget
    fileprivate let bytes: ByteShare

    fileprivate init(of budget: ArrayBudget, _ bytes: ByteShare) {
        (self.budget, self.bytes) = (budget, bytes)
    }

    /// Counts arrays of so many bytes more, or refuses.
    func take(arrays bytes: Double) throws(RequestError) {
        try budget.take(ArrayBudget.memory(ofArrays: bytes), for: self.bytes)
    }
}

extension HTTPResponse {
    /// Has the share of its computation, if that is of anything, until its client has taken it: of a
    /// stream all, as it goes on computing, and of bytes as much as they are.
    func holding(_ share: ArrayShare) -> HTTPResponse {
        guard share.bytes.count > 0 else { return self }
        var response = self
        if case .bytes = content { share.bytes.keep(content.byteCount) }
        response.room = share
        return response
    }
}
