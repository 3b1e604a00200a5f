import Testing

@testable import NeuralNetwork

struct LossTests {
    /// The last layer of a network, and its targets, where the loss can be differentiated.
    struct LastLayer<S: Scalar> {
        let z: Matrix<S>
        let activation: Activation
        let targets: Matrix<S>

        var a: Matrix<S> { activation.evaluate(at: z) }

        func losses(_ loss: Loss) -> [S] {
            loss.evaluate(
                preActivation: z, activation: a, through: activation, targets: targets)
        }

        func gradients(_ loss: Loss) -> (dA: Matrix<S>, dZ: Matrix<S>) {
            loss.gradients(
                preActivation: z, activation: a, through: activation, targets: targets)
        }
    }

    struct Pair: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let activation: Activation
        let loss: Loss
    }

    /// Every loss after every activation that gives what it takes.
    static let pairs = activations.flatMap { activation in
        losses.filter { $0.value.isDefined(after: activation.value) }.map {
            Pair(
                testDescription: "\($0.name) after \(activation.name)",
                activation: activation.value, loss: $0.value)
        }
    }

    @Test(arguments: pairs)
    func `the value is that of the definition`(pair: Pair) {
        for targets in Targets.suiting(pair.loss) {
            let layer = Self.lastLayer(pair.activation, pair.loss, targets, seed: 21)
            let expected = pair.loss.byDefinition(
                layer.a, layer.targets, through: pair.activation)
            // Sums of a dozen terms of about 1, each made by a few operations.
            #expect(layer.losses(pair.loss).distance(from: expected) <= 1e-14, "\(targets)")
        }
    }

    @Test(arguments: pairs)
    func `all terms at once are those one by one`(pair: Pair) {
        for targets in Targets.suiting(pair.loss) {
            let layer = Self.lastLayer(pair.activation, pair.loss, targets, seed: 23)
            // In memory that has terms of another batch.
            var terms = LossTerms<Double>()
            terms.losses = Array(repeating: .nan, count: layer.z.rows)
            terms.dA = layer.z.map { _ in .nan }
            terms.dZ = terms.dA
            pair.loss.evaluate(
                .init(z: layer.z, a: layer.a, activation: pair.activation, layer.targets),
                [.losses, .gradients], into: &terms)
            #expect(terms.losses == layer.losses(pair.loss))
            let (dA, dZ) = layer.gradients(pair.loss)
            #expect(terms.dA == dA && terms.dZ == dZ)
        }
    }

    // The error of the difference is at most 3e-8: see `Loss.isSmooth`.
    @Test(arguments: pairs)
    func `dZ matches central differences`(pair: Pair) {
        for targets in Targets.suiting(pair.loss) {
            let layer = Self.lastLayer(pair.activation, pair.loss, targets, seed: 22)
            let dZ = layer.gradients(pair.loss).dZ
            let differences = centralDifferences(at: layer.z) { z in
                LastLayer(z: z, activation: pair.activation, targets: layer.targets)
                    .losses(pair.loss)
            }
            let expected = Self.ownDerivatives(differences, columns: dZ.columns)
            #expect(dZ.elements.distance(from: expected) <= 1e-7, "\(targets)")
        }
    }

    /// What follows sigmoid or softmax is computed from Z, so that A is moved in the definition.
    @Test(arguments: pairs)
    func `dA matches central differences`(pair: Pair) {
        for targets in Targets.suiting(pair.loss) {
            let layer = Self.lastLayer(pair.activation, pair.loss, targets, seed: 23)
            let dA = layer.gradients(pair.loss).dA
            let differences = centralDifferences(at: layer.a) { a in
                pair.loss.byDefinition(a, layer.targets, through: pair.activation)
            }
            let expected = Self.ownDerivatives(differences, columns: dA.columns)
            #expect(dA.elements.distance(from: expected) <= 1e-7, "\(targets)")
        }
    }

    @Test(arguments: pairs)
    func `float32 agrees with float64`(pair: Pair) {
        let layer = Self.lastLayer(pair.activation, pair.loss, .soft, seed: 24)
        let narrow = LastLayer<Float>(
            z: layer.z.converted(), activation: pair.activation, targets: layer.targets.converted())
        let (dA, dZ) = narrow.gradients(pair.loss)
        let exact = layer.gradients(pair.loss)
        // A dozen operations that each round by 6e-8, and slopes of A of at most 5.
        #expect(
            narrow.losses(pair.loss).map(Double.init).distance(from: layer.losses(pair.loss))
                <= 5e-6)
        #expect(dA.converted().distance(from: exact.dA) <= 5e-6)
        #expect(dZ.converted().distance(from: exact.dZ) <= 5e-6)
    }

    @Test(arguments: pairs)
    func `no examples have no losses`(pair: Pair) {
        let none = Matrix<Double>(rows: 0, columns: 3, elements: [])
        let layer = LastLayer(z: none, activation: pair.activation, targets: none)
        #expect(layer.losses(pair.loss) == [])
        let (dA, dZ) = layer.gradients(pair.loss)
        #expect(dA == none && dZ == none)
    }

    /// A Z that overflowed must show in the answer, in the loss and in the gradient.
    @Test(arguments: pairs)
    func `what is not a number stays so`(pair: Pair) {
        let layer = LastLayer(
            z: Matrix(rows: 1, columns: 2, elements: [.nan, 0.5]), activation: pair.activation,
            targets: Matrix(rows: 1, columns: 2, elements: [0.5, 0.5]))
        let (dA, dZ) = layer.gradients(pair.loss)
        #expect(layer.losses(pair.loss)[0].isNaN)
        #expect(dZ[0, 0].isNaN)
        // Of log-probabilities the divergence is linear, with the slope −y.
        let isLinear = pair.loss == .klDivergence && pair.activation == .logSoftmax
        #expect(dA[0, 0].isNaN || isLinear)
    }
}

extension LossTests {
    enum Targets: CaseIterable {
        /// One 1 in each row.
        case oneHot
        /// Numbers from 0 to 1 that do not add up to 1.
        case soft
        /// −1 and 1.
        case signs

        static func suiting(_ loss: Loss) -> [Targets] {
            switch loss.targetKind {
            case .signs: [.signs]
            case .any: [.oneHot, .soft, .signs]
            case .probabilities, .distribution, .nonNegative, .classIndices: [.oneHot, .soft]
            }
        }
    }

    /// Three examples and four outputs, drawn until every derivative exists.
    static func lastLayer(
        _ activation: Activation, _ loss: Loss, _ kind: Targets, seed: Int
    ) -> LastLayer<Double> {
        var random = SplitMix64(seed: seed)
        while true {
            var z: Matrix<Double> = random.matrix(rows: 3, columns: 4, in: -2...2)
            if loss.needsProbabilities(after: activation) {
                z = z.map { _ in
                    activation == .softmax
                        ? random.number(in: -0.5...0.5)
                        : activation.inverse(at: random.number(in: 0.2...0.8))
                }
            }
            let targets: Matrix<Double> =
                switch kind {
                case .oneHot: .oneHot((0..<3).map { _ in random.integer(in: 0...3) }, of: 4)
                case .soft: random.matrix(rows: 3, columns: 4, in: 0...1)
                case .signs:
                    random.matrix(rows: 3, columns: 4).map { $0 < 0 ? -1 : 1 }
                }
            let layer = LastLayer(z: z, activation: activation, targets: targets)
            if z.elements.allSatisfy({ abs($0) > 1e-3 }),
                loss.isSmooth(at: layer.a, targets, after: activation)
            {
                return layer
            }
        }
    }

    /// Of the differences of every loss by every number, those of each number's own example.
    static func ownDerivatives(_ differences: [[Double]], columns: Int) -> [Double] {
        differences.enumerated().map { index, losses in losses[index / columns] }
    }
}
