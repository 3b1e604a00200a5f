import NeuralNetwork

/// The order in which an epoch takes the examples: NumPy's `np.random.permutation`, bit for bit.
public struct Shuffling: Sendable, Hashable {
    /// What a caller may set.
    public static let settings: [Setting] = [
        .integer("seed", default: 0, in: 0...Int(UInt32.max)),
        .word("order", default: Order.continued),
    ]

    /// Where the generator stands at the start of an epoch.
    public enum Order: String, CaseIterable, Sendable {
        /// `np.random.seed(seed)` once, and then a permutation an epoch from the same generator.
        case continued
        /// `np.random.seed(seed + epoch)` before each permutation, epochs from 0, as in the course's
        /// exercises; past 2³² − 1 it goes on from 0.
        case reseeded
    }

    public var seed: UInt32
    public var order: Order

    public init(seed: UInt32 = 0, order: Order = .continued) {
        self.seed = seed
        self.order = order
    }

    /// From a value for each of `settings`.
    public init(_ settings: SettingValues) {
        self.init(
            seed: UInt32(clamping: settings.integer("seed")), order: settings.word("order"))
    }

    /// The generator as it is before the first epoch.
    public var generator: LegacyRandom { LegacyRandom(seed: seed) }

    /// The order of so many examples in an epoch, from 0. The epochs are asked for in turn, each
    /// with the generator that the one before it left.
    public func permutation(
        of count: Int, epoch: Int, from random: inout LegacyRandom
    ) -> [Int] {
        if order == .reseeded {
            random = LegacyRandom(seed: seed &+ UInt32(truncatingIfNeeded: epoch))
        }
        return random.permutation(count)
    }
}
