import TestSupport
import Testing

@testable import NeuralNetwork

struct ConventionTests {
    /// The gradients of a batch of 5 in a convention, and their meaning.
    static func gradients(
        _ convention: Convention, examples: Int = 5, penalties: Bool = false
    ) -> (Gradients<Double>, Meaning) {
        let problem = Problem.random(
            hidden: .tanh, .categoricalCrossentropy(fromLogits: false), examples: examples, seed: 41
        )
        var gradients = problem.backpropagate()
        let penalty = Penalty(l1: 0.3, l2: 0.7, scale: .lambda)
        convention.apply(
            to: &gradients, examples: examples,
            penalties: penalties
                ? penalty.gradients(of: problem.network, examples: examples) : nil)
        var context = MeaningContext(problem.network, examples: examples)
        context.isPenalized = penalties
        return (gradients, Meaning(of: convention, context))
    }

    /// Every derivative by its name, in one order.
    static func named(_ gradients: Gradients<Double>) -> [(name: String, Matrix<Double>)] {
        gradients.layers.flatMap {
            [
                ("dW", $0.weights), ("db", $0.bias), ("dZ", $0.preActivation), ("dA", $0.output),
            ]
        } + [("dX", gradients.inputs!)]
    }

    @Test func `dW and db are the same in loss and cost`() {
        let (loss, cost) = (Self.gradients(.loss).0, Self.gradients(.cost).0)
        for (one, other) in zip(loss.layers, cost.layers) {
            #expect(one.weights == other.weights)
            #expect(one.bias == other.bias)
        }
    }

    @Test func `dZ, dA and dX of cost are those of loss divided by m`() {
        let (loss, cost) = (Self.gradients(.loss).0, Self.gradients(.cost).0)
        for (one, other) in zip(Self.named(loss), Self.named(cost))
        where !["dW", "db"].contains(one.name) {
            #expect(one.1.map { $0 / 5 } == other.1, "\(one.name)")
        }
    }

    @Test func `sum has m times the dW and db of loss, and its dZ, dA and dX`() {
        let (loss, sum) = (Self.gradients(.loss).0, Self.gradients(.sum).0)
        for (one, other) in zip(Self.named(loss), Self.named(sum)) {
            let isParameter = one.name == "dW" || one.name == "db"
            #expect((isParameter ? other.1.map { $0 / 5 } : other.1) == one.1, "\(one.name)")
        }
    }

    @Test(arguments: Convention.allCases, Convention.allCases)
    func `times converts every derivative into those of another convention`(
        from: Convention, to: Convention
    ) throws {
        let (ours, meaning) = Self.gradients(from)
        let (theirs, _) = Self.gradients(to)
        for (one, other) in zip(Self.named(ours), Self.named(theirs)) {
            let derivative = try #require(meaning.derivatives.first { $0.name == one.name })
            let times = try #require(derivative.times)
            let factor = try #require(times.first { $0.convention == to }).factor
            // A product with 1/m is rounded where a division by m was not.
            #expect(one.1.map { $0 * factor }.distance(from: other.1) <= 1e-15, "\(one.name)")
        }
    }

    @Test func `the mean of the gradients of single examples is that of the batch`() {
        let problem = Problem.random(hidden: .silu, .huber(delta: 1), examples: 4, seed: 42)
        var batch = problem.backpropagate()
        Convention.loss.apply(to: &batch, examples: 4)
        let batchGradients = batch.layers.flatMap { [$0.weights, $0.bias] }
        var sums = batchGradients.map {
            Matrix<Double>(rows: $0.rows, columns: $0.columns, repeating: 0)
        }
        for i in 0..<4 {
            let single = Problem(
                network: problem.network, inputs: problem.inputs.rows(i..<(i + 1)),
                targets: problem.targets.rows(i..<(i + 1)), loss: problem.loss)
            var gradients = single.backpropagate()
            Convention.loss.apply(to: &gradients, examples: 1)
            for (index, layer) in gradients.layers.enumerated() {
                sums[2 * index].update(with: layer.weights) { $0 += $1 }
                sums[2 * index + 1].update(with: layer.bias) { $0 += $1 }
            }
        }
        for (sum, gradient) in zip(sums, batchGradients) {
            // Four numbers of about 1 are added up in another order.
            #expect(sum.map { $0 / 4 }.distance(from: gradient) <= 1e-15)
        }
    }

    @Test func `with one example all conventions are the same`() {
        let all = Convention.allCases.map { Self.named(Self.gradients($0, examples: 1).0) }
        for other in all.dropFirst() {
            #expect(zip(all[0], other).allSatisfy { $0.1 == $1.1 })
        }
    }

    @Test(arguments: [Convention.loss, .cost])
    func `the penalty is added to dW and not divided by m`(convention: Convention) throws {
        let (plain, _) = Self.gradients(convention)
        let (penalized, _) = Self.gradients(convention, penalties: true)
        let problem = Problem.random(
            hidden: .tanh, .categoricalCrossentropy(fromLogits: false), examples: 5, seed: 41)
        for (index, layer) in penalized.layers.enumerated() {
            let terms = try #require(layer.weightsTerms)
            #expect(terms.data == plain.layers[index].weights)
            let weights = problem.network.layers[index].weights
            #expect(terms.penalty == weights.map { 2 * 0.7 * $0 + ($0 > 0 ? 0.3 : -0.3) })
            #expect(layer.weights == terms.data.combined(with: terms.penalty, +))
            #expect(layer.bias == plain.layers[index].bias)
        }
    }

    @Test func `the penalty is no part of the sum of the losses`() throws {
        let (plain, _) = Self.gradients(.sum)
        let (penalized, _) = Self.gradients(.sum, penalties: true)
        #expect(penalized.layers[0].weights == plain.layers[0].weights)
        #expect(penalized.layers[0].weightsTerms != nil)
    }

    /// In `sum` dW has no penalty in it, in the others it has: no factor makes one of the other.
    @Test(arguments: Convention.allCases)
    func `what has a penalty in some convention has no times`(convention: Convention) {
        let (_, meaning) = Self.gradients(convention, penalties: true)
        let withTimes = meaning.derivatives.filter { $0.times != nil }.map(\.name)
        #expect(!withTimes.contains("dW"))
        #expect(Set(["dW_data", "dW_penalty", "db", "dZ", "dA"]).isSubset(of: withTimes))
    }

    /// dA given, in the convention, as 3: it is taken as it is, and so is what follows from it.
    @Test(arguments: Convention.allCases)
    func `a seed is taken in the convention that it is given in`(convention: Convention) {
        let problem = Problem.random(hidden: .tanh, .meanSquaredError, examples: 5, seed: 43)
        let seed = Matrix<Double>(rows: 5, columns: 3, repeating: 3)
        var gradients = problem.network.backpropagate(
            problem.network.forward(problem.inputs), from: seed, toInputs: true)
        let raw = gradients
        convention.apply(to: &gradients, denominator: 5, isSeeded: true)
        #expect(gradients.layers[1].output == seed)
        #expect(gradients.inputs == raw.inputs)
        let share: Double = convention == .loss ? 5 : 1
        #expect(gradients.layers[0].weights == raw.layers[0].weights.map { $0 / share })
    }

    @Test func `the cost is the mean of the losses, and the penalty`() {
        let cost = Cost(of: [1.0, 2, 6], penalty: 0.5)
        #expect(cost.data == 3 && cost.penalty == 0.5 && cost.total == 3.5)
    }

    /// Three times 1e308 is more than float64 holds; a third of it is rounded once more.
    @Test func `the mean of finite losses is finite`() {
        let cost = Cost(of: [1e308, 1e308, 1e308])
        #expect(abs(cost.data / 1e308 - 1) <= 1e-15)
    }

    @Test(arguments: [Double.infinity, -.infinity, .nan])
    func `the mean of losses that are not finite is not finite`(loss: Double) {
        #expect(!Cost(of: [1, loss]).data.isFinite)
    }
}
