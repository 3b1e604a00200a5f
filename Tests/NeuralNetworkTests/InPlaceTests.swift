import TestSupport
import Testing

@testable import NeuralNetwork

/// Passes that are made in the memory of passes before.
struct InPlaceTests {
    /// A network, and targets for batches of it.
    struct Chain: Sendable, CustomTestStringConvertible {
        let hidden: Activation
        let last: Activation
        let loss: Loss

        var testDescription: String { "\(hidden), \(last), \(loss)" }

        /// 3-4-5-2 units.
        var network: Network<Double> {
            var random = SplitMix64(seed: 5)
            let sizes = [3, 4, 5, 2]
            return Network(
                layers: [hidden, hidden, last].enumerated().map { index, activation in
                    dense(
                        weights: random.matrix(rows: sizes[index + 1], columns: sizes[index]),
                        bias: random.matrix(rows: 1, columns: sizes[index + 1]),
                        activation: activation)
                })
        }

        func batch(examples: Int, seed: Int, weighs: Bool = false) -> Batch {
            var random = SplitMix64(seed: seed)
            let targets: Matrix<Double> = random.matrix(rows: examples, columns: 2, in: 0...1)
            return Batch(
                inputs: random.matrix(rows: examples, columns: 3),
                objective: Objective(
                    loss: loss, targets: targets,
                    weights: weighs ? (0..<examples).map { Double($0) } : nil))
        }
    }

    struct Batch {
        let inputs: Matrix<Double>
        let objective: Objective<Double>
    }

    /// All that two passes make.
    struct Passes {
        var pass = ForwardPass<Double>()
        var losses: [Double] = []
        var gradients = Gradients<Double>()

        mutating func run(_ network: Network<Double>, _ batch: Batch) {
            let isThrough = network.forward(batch.inputs, Run(), into: &pass, unless: { false })
            let isBack = network.backpropagate(
                pass, batch.objective, losses: &losses, into: &gradients, unless: { false })
            #expect(isThrough && isBack)
        }

        var matrices: [Matrix<Double>] {
            pass.layers.flatMap { $0.inputs + [$0.preActivation, $0.activation] }
                + gradients.layers.flatMap { $0.parameters + [$0.output, $0.preActivation] }
        }

        /// Where the numbers of each matrix lie.
        var places: [UnsafePointer<Double>?] {
            matrices.map { $0.withNumbers { $0.baseAddress } }
                + [losses.withUnsafeBufferPointer { $0.baseAddress }]
        }

        func isSame(as other: Passes) -> Bool {
            matrices == other.matrices && losses == other.losses
        }
    }

    static let chains = [
        Chain(hidden: .tanh, last: .softmax, loss: cce(fromLogits: false)),
        Chain(hidden: .relu, last: .linear, loss: cce(fromLogits: true)),
        Chain(hidden: .linear, last: .logSoftmax, loss: cce(fromLogits: true)),
        Chain(hidden: .softmax, last: .sigmoid, loss: bce(fromLogits: false)),
        Chain(hidden: .linear, last: .linear, loss: bce(fromLogits: true)),
        Chain(hidden: .gelu(), last: .linear, loss: .meanSquaredError),
        Chain(hidden: .linear, last: .tanh, loss: .cosineSimilarity),
        Chain(hidden: .logSoftmax, last: .softmax, loss: .klDivergence),
    ]

    private static func cce(fromLogits: Bool) -> Loss {
        .categoricalCrossentropy(fromLogits: fromLogits, labelSmoothing: 0)
    }

    private static func bce(fromLogits: Bool) -> Loss {
        .binaryCrossentropy(fromLogits: fromLogits, outputs: .sum, labelSmoothing: 0)
    }

    @Test(arguments: chains)
    func `passes in memory of before are the same as new ones`(chain: Chain) {
        let network = chain.network
        var passes = Passes()
        // Batches of one shape, of fewer examples and of more; the losses of some are weighted.
        for (seed, examples) in [4, 4, 1, 4, 9, 9, 2].enumerated() {
            let batch = chain.batch(examples: examples, seed: seed, weighs: seed % 3 == 1)
            passes.run(network, batch)
            let pass = network.forward(batch.inputs)
            let gradients = network.backpropagate(pass, batch.objective)
            let new = Passes(
                pass: pass, losses: network.losses(of: pass, batch.objective),
                gradients: gradients)
            #expect(passes.isSame(as: new), "batch \(seed)")
        }
    }

    @Test(arguments: chains.filter { $0.loss.isInPlace && $0.hidden != .logSoftmax })
    func `a batch of the same shape takes no new memory`(chain: Chain) {
        var passes = Passes()
        passes.run(chain.network, chain.batch(examples: 4, seed: 1))
        let places = passes.places
        // X is the caller's.
        passes.run(chain.network, chain.batch(examples: 4, seed: 2))
        #expect(passes.places.dropFirst() == places.dropFirst())
    }

    @Test(arguments: chains)
    func `passes that somebody else holds are not overwritten`(chain: Chain) {
        let (first, second) = (
            chain.batch(examples: 4, seed: 1), chain.batch(examples: 4, seed: 2)
        )
        var passes = Passes()
        passes.run(chain.network, first)
        let held = passes
        passes.run(chain.network, second)
        var (newOfFirst, newOfSecond) = (Passes(), Passes())
        newOfFirst.run(chain.network, first)
        newOfSecond.run(chain.network, second)
        #expect(held.isSame(as: newOfFirst))
        #expect(passes.isSame(as: newOfSecond))
    }

    @Test func `after a pass that was cancelled the next is right`() {
        let chain = Self.chains[0]
        let (first, second) = (
            chain.batch(examples: 4, seed: 1), chain.batch(examples: 4, seed: 2)
        )
        for layersBefore in 0..<3 {
            var passes = Passes()
            passes.run(chain.network, first)
            var left = layersBefore
            let goesOn = {
                left -= 1
                return left < 0
            }
            #expect(
                !chain.network.forward(second.inputs, Run(), into: &passes.pass, unless: goesOn))
            passes.run(chain.network, first)
            left = layersBefore
            #expect(
                !chain.network.backpropagate(
                    passes.pass, first.objective, losses: &passes.losses,
                    into: &passes.gradients, unless: goesOn))
            passes.run(chain.network, second)
            var new = Passes()
            new.run(chain.network, second)
            #expect(passes.isSame(as: new))
        }
    }

    @Test func `an array is rewritten in its memory, and not in what others hold`() {
        var numbers = [1.0, 2, 3]
        func place() -> UnsafePointer<Double>? {
            numbers.withUnsafeBufferPointer { $0.baseAddress }
        }
        let before = place()
        numbers.rewrite(count: 3) { $0.initialize(repeating: 4) }
        #expect(numbers == [4, 4, 4] && place() == before)
        let held = numbers
        numbers.rewrite(count: 3) { $0.initialize(repeating: 5) }
        #expect(numbers == [5, 5, 5] && held == [4, 4, 4])
        numbers.rewrite(count: 2) { $0.initialize(repeating: 6) }
        #expect(numbers == [6, 6])
        numbers.rewrite(count: 0) { #expect($0.isEmpty) }
        #expect(numbers.isEmpty)
    }
}

extension Loss {
    /// Whether its terms are written in place.
    fileprivate var isInPlace: Bool {
        if case .cosineSimilarity = self { false } else { true }
    }
}
