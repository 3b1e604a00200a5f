import NeuralNetwork
import Testing

@testable import Training

/// The orders are NumPy's `np.random.permutation(6)`.
struct ShufflingTests {
    static func orders(_ shuffling: Shuffling, epochs: Int) -> [[Int]] {
        var random = shuffling.generator
        return (0..<epochs).map { shuffling.permutation(of: 6, epoch: $0, from: &random) }
    }

    @Test func `continued takes the epochs' orders from one generator`() {
        #expect(
            Self.orders(Shuffling(seed: 7), epochs: 3)
                == [[3, 5, 0, 2, 1, 4], [4, 5, 3, 2, 1, 0], [1, 2, 3, 5, 4, 0]])
    }

    @Test func `reseeded seeds with seed plus epoch before each`() {
        #expect(
            Self.orders(Shuffling(seed: 7, order: .reseeded), epochs: 3)
                == [[3, 5, 0, 2, 1, 4], [0, 2, 5, 1, 4, 3], [5, 1, 2, 3, 0, 4]])
    }

    @Test func `past the last seed it goes on from 0`() {
        #expect(
            Self.orders(Shuffling(seed: .max, order: .reseeded), epochs: 2)
                == [[1, 4, 5, 0, 2, 3], [5, 2, 1, 3, 0, 4]])
    }

    @Test func `its settings are seed 0, continued, by default`() {
        #expect(Shuffling(SettingValues(defaultsOf: Shuffling.settings)) == Shuffling())
    }
}
