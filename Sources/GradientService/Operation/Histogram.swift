import Synchronization

/// Numbers that many threads add to, without a lock.
// The memory is its own and holds atomics, whence `@unchecked Sendable`.
final class Counts: @unchecked Sendable {
    private let base: UnsafeMutablePointer<Atomic<Int>>
    let count: Int

    init(_ count: Int) {
        self.count = count
        base = .allocate(capacity: count)
        for index in 0..<count { (base + index).initialize(to: Atomic(0)) }
    }

    deinit {
        base.deinitialize(count: count)
        base.deallocate()
    }

    func add(_ number: Int = 1, at index: Int) {
        precondition((0..<count).contains(index))
        base[index].wrappingAdd(number, ordering: .relaxed)
    }

    subscript(index: Int) -> Int {
        precondition((0..<count).contains(index))
        return base[index].load(ordering: .relaxed)
    }
}

/// How often a quantity fell below each of a few bounds, and its sum.
struct Histogram: Sendable {
    /// What is measured: its bounds, in whole units of which so many make one of the metric's.
    struct Scale: Sendable {
        let bounds: [Int]
        let unitsInOne: Double

        /// From a tenth of a millisecond to five minutes; counted in nanoseconds.
        static let time = Scale(
            bounds: [
                100_000, 250_000, 500_000, 1_000_000, 2_500_000, 5_000_000, 10_000_000, 25_000_000,
                50_000_000, 100_000_000, 250_000_000, 500_000_000, 1_000_000_000, 2_500_000_000,
                5_000_000_000, 10_000_000_000, 30_000_000_000, 60_000_000_000, 300_000_000_000,
            ], unitsInOne: 1e9)
        /// From 256 bytes to 256 MiB.
        static let bytes = Scale(bounds: (0...10).map { 256 << (2 * $0) }, unitsInOne: 1)
    }

    let scale: Scale
    /// One for each bound, one for what is above all of them, and the sum.
    private let counts: Counts

    init(_ scale: Scale) {
        self.scale = scale
        counts = Counts(scale.bounds.count + 2)
    }

    func note(_ number: Int) {
        let bounds = scale.bounds
        counts.add(at: bounds.firstIndex { number <= $0 } ?? bounds.count)
        counts.add(number, at: bounds.count + 1)
    }

    func note(_ time: Duration) {
        let (seconds, attoseconds) = time.components
        note(Int(seconds) * 1_000_000_000 + Int(attoseconds / 1_000_000_000))
    }

    /// How many were at most each bound, and in the end how many there were.
    var cumulative: [Int] {
        var sum = 0
        return (0...scale.bounds.count).map { index in
            sum += counts[index]
            return sum
        }
    }

    var sum: Double { Double(counts[scale.bounds.count + 1]) / scale.unitsInOne }
}
