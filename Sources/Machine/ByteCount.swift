import Synchronization

/// Counts bytes of memory that many hold, each in a share of its own.
public final class ByteCount: Sendable {
    private let bytes = Atomic(0)

    public init() {}

    /// The bytes of all shares.
    public var held: Int { bytes.load(ordering: .relaxed) }

    fileprivate func take(_ more: Int, upTo limit: Int, alone own: Int?) -> Bool {
        var now = held
        while more <= limit - now || now == own {
            let (isTaken, other) = bytes.weakCompareExchange(
                expected: now, desired: now + more, ordering: .relaxed)
            if isTaken { return true }
            now = other
        }
        return false
    }

    fileprivate func add(_ more: Int) { bytes.wrappingAdd(more, ordering: .relaxed) }
}

/// What one has of a count. It is given back when nobody holds the share any more.
public final class ByteShare: Sendable {
    private let all: ByteCount
    private let own = Atomic(0)

    public init(of all: ByteCount) { self.all = all }

    deinit { keep(0) }

    public var count: Int { own.load(ordering: .relaxed) }

    /// Counts so many bytes more, or none where all shares together would have more than `limit`.
    /// `orAlone` counts them all the same while no other share has any.
    public func take(_ more: Int, upTo limit: Int, orAlone: Bool = false) -> Bool {
        guard all.take(more, upTo: limit, alone: orAlone ? count : nil) else { return false }
        own.wrappingAdd(more, ordering: .relaxed)
        return true
    }

    /// Counts so many bytes in place of those before, whether there is room for them or not.
    public func keep(_ bytes: Int) {
        all.add(bytes - own.exchange(bytes, ordering: .relaxed))
    }
}
