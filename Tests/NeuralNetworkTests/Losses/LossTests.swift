import Testing

@testable import NeuralNetwork

struct LossTests {
    /// The last layer of a network, and its targets, where the loss can be differentiated.
    struct LastLayer {
        let pass: LayerPass<Double>
        let targets: Matrix<Double>

        var z: Matrix<Double> { pass.preActivation }
        var a: Matrix<Double> { pass.activation }
    }

    @Test(arguments: activations, losses)
    func `the value is that of the definition`(activation: Named<Activation>, loss: Named<Loss>) {
        for targets in Targets.allCases {
            let layer = Self.lastLayer(activation.value, loss.value, targets, seed: 21)
            let values = loss.value.evaluate(
                of: layer.pass, through: activation.value, targets: layer.targets)
            let expected = loss.value.byDefinition(
                layer.a, layer.targets, through: activation.value)
            // Sums of a dozen terms of about 1, each made by a few operations.
            #expect(values.distance(from: expected) <= 1e-14, "\(targets)")
        }
    }

    // The error of the difference is at most 3e-8: see `Loss.isSmooth`.
    @Test(arguments: activations, losses)
    func `dZ matches central differences`(activation: Named<Activation>, loss: Named<Loss>) {
        for targets in Targets.allCases {
            let layer = Self.lastLayer(activation.value, loss.value, targets, seed: 22)
            let (_, dZ) = loss.value.gradients(
                of: layer.pass, through: activation.value, targets: layer.targets)
            let differences = centralDifferences(at: layer.z) { z in
                loss.value.evaluate(
                    of: Self.pass(z, activation.value), through: activation.value,
                    targets: layer.targets)
            }
            let expected = Self.ownDerivatives(differences, columns: dZ.columns)
            #expect(dZ.elements.distance(from: expected) <= 1e-7, "\(targets)")
        }
    }

    /// What follows sigmoid or softmax is computed from Z, so that A is moved in the definition.
    @Test(arguments: activations, losses)
    func `dA matches central differences`(activation: Named<Activation>, loss: Named<Loss>) {
        for targets in Targets.allCases {
            let layer = Self.lastLayer(activation.value, loss.value, targets, seed: 23)
            let (dA, _) = loss.value.gradients(
                of: layer.pass, through: activation.value, targets: layer.targets)
            let differences = centralDifferences(at: layer.a) { a in
                loss.value.byDefinition(a, layer.targets, through: activation.value)
            }
            let expected = Self.ownDerivatives(differences, columns: dA.columns)
            #expect(dA.elements.distance(from: expected) <= 1e-7, "\(targets)")
        }
    }

    @Test(arguments: activations, losses)
    func `float32 agrees with float64`(activation: Named<Activation>, loss: Named<Loss>) {
        let layer = Self.lastLayer(activation.value, loss.value, .soft, seed: 24)
        let z: Matrix<Float> = layer.z.converted()
        let pass = LayerPass<Float>(
            input: z, preActivation: z, activation: activation.value.evaluate(at: z))
        let targets: Matrix<Float> = layer.targets.converted()
        let values = loss.value.evaluate(of: pass, through: activation.value, targets: targets)
        let (dA, dZ) = loss.value.gradients(
            of: pass, through: activation.value, targets: targets)
        let exact = loss.value.gradients(
            of: layer.pass, through: activation.value, targets: layer.targets)
        let exactValues = loss.value.evaluate(
            of: layer.pass, through: activation.value, targets: layer.targets)
        // A dozen operations that each round by 6e-8, and slopes of A of at most 5.
        #expect(values.map(Double.init).distance(from: exactValues) <= 5e-6)
        #expect(dA.converted().distance(from: exact.dA) <= 5e-6)
        #expect(dZ.converted().distance(from: exact.dZ) <= 5e-6)
    }

    @Test(arguments: activations, losses)
    func `no examples have no losses`(activation: Named<Activation>, loss: Named<Loss>) {
        let none = Matrix<Double>(rows: 0, columns: 3, elements: [])
        let pass = Self.pass(none, activation.value)
        #expect(loss.value.evaluate(of: pass, through: activation.value, targets: none) == [])
        let (dA, dZ) = loss.value.gradients(of: pass, through: activation.value, targets: none)
        #expect(dA == none && dZ == none)
    }

    /// A Z that overflowed must show in the answer, in the loss and in the gradient.
    @Test(arguments: activations, losses)
    func `what is not a number stays so`(activation: Named<Activation>, loss: Named<Loss>) {
        let pass = Self.pass(Matrix(rows: 1, columns: 2, elements: [.nan, 0.5]), activation.value)
        let targets = Matrix<Double>(rows: 1, columns: 2, elements: [0.5, 0.5])
        let values = loss.value.evaluate(of: pass, through: activation.value, targets: targets)
        let (dA, _) = loss.value.gradients(of: pass, through: activation.value, targets: targets)
        #expect(values[0].isNaN)
        #expect(dA[0, 0].isNaN)
    }

    @Test func `class indices become rows with one 1`() {
        let targets = Matrix<Double>.oneHot([2, 0, 2], of: 3)
        #expect(
            targets == Matrix(rows: 3, columns: 3, elements: [0, 0, 1, 1, 0, 0, 0, 0, 1]))
    }
}

extension LossTests {
    enum Targets: CaseIterable {
        /// One 1 in each row.
        case oneHot
        /// Numbers from 0 to 1 that do not add up to 1.
        case soft
    }

    /// Three examples and four outputs, drawn until every derivative exists.
    static func lastLayer(
        _ activation: Activation, _ loss: Loss, _ kind: Targets, seed: Int
    ) -> LastLayer {
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
                }
            let pass = pass(z, activation)
            if z.elements.allSatisfy({ abs($0) > 1e-3 }),
                loss.isSmooth(at: pass.activation, targets, after: activation)
            {
                return LastLayer(pass: pass, targets: targets)
            }
        }
    }

    static func pass(_ z: Matrix<Double>, _ activation: Activation) -> LayerPass<Double> {
        LayerPass(input: z, preActivation: z, activation: activation.evaluate(at: z))
    }

    /// Of the differences of every loss by every number, those of each number's own example.
    static func ownDerivatives(_ differences: [[Double]], columns: Int) -> [Double] {
        differences.enumerated().map { index, losses in losses[index / columns] }
    }
}
