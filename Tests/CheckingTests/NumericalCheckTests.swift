import NeuralNetwork
import TestSupport
import Testing

@testable import Checking

struct NumericalCheckTests {
    /// The figure of right gradients: the two errors of a central difference are about 1e-10 here,
    /// where the gradients are about 0.1.
    private static let right = 1e-7

    @Test(arguments: Activation.choices.map(\.name))
    func `right gradients agree, whatever the activation`(name: String) throws {
        let choice = try #require(Activation.choices.first { $0.name == name })
        let activation = choice.make(SettingValues(defaultsOf: choice.settings))
        for seed in UInt32(1)...5 {
            let result = try GradientProblem.random(hidden: activation, seed: seed).check()
            #expect(result.verdict == .agrees, "\(result.sentence)")
            #expect(try #require(result.figure.value) <= Self.right)
            #expect(result.tensors.map(\.name) == ["dW1", "db1", "dW2", "db2"])
        }
    }

    @Test(arguments: Loss.choices.map(\.name))
    func `right gradients agree, whatever the loss`(name: String) throws {
        let choice = try #require(Loss.choices.first { $0.name == name })
        let loss = choice.make(SettingValues(defaultsOf: choice.settings))
        for seed in UInt32(1)...5 {
            let result = try GradientProblem.random(loss, seed: seed).check()
            #expect(result.verdict == .agrees, "\(result.sentence)")
            #expect(try #require(result.figure.value) <= Self.right)
        }
    }

    @Test(arguments: Penalty.Scale.allCases)
    func `the penalty is part of the cost`(scale: Penalty.Scale) throws {
        let penalty = Penalty(l1: 0.3, l2: 0.7, scale: scale)
        let problem = GradientProblem.random(penalty: penalty)
        #expect(try problem.check().verdict == .agrees)
        let forgotten = GradientProblem.random().gradients
        let result = try problem.check(NumericalSettings()) { $0 = forgotten }
        #expect(result.tensors.map(\.verdict) == [.disagrees, .agrees, .disagrees, .agrees])
    }

    /// |s − 1|/(|s| + 1): 1/3 of 2, 2/3 of 5, 3/5 of 4 and of 1/4, 1 of −1 and of 0.
    @Test(arguments: [
        (2.0, 1.0 / 3), (5.0, 2.0 / 3), (4.0, 0.6), (0.25, 0.6), (-1.0, 1.0), (0.0, 1.0),
        (1.001, 0.001 / 2.001),
    ])
    func `gradients that are a multiple of the right ones have the figure of that factor`(
        factor: Double, figure: Double
    ) throws {
        let result = try GradientProblem.random().check { $0.scale(by: factor) }
        #expect(result.verdict == .disagrees)
        #expect(abs(try #require(result.figure.value) - figure) <= 1e-7)
        for tensor in result.tensors {
            #expect(tensor.verdict == .disagrees)
            #expect(abs(try #require(tensor.figure.factor) - factor) <= 1e-7)
        }
        #expect(abs(try #require(result.figure.factor) - factor) <= 1e-7)
    }

    @Test func `a wrong entry is found by tensor and index`() throws {
        let result = try GradientProblem.random().check { $0[0][0]![2, 1] += 0.01 }
        #expect(result.tensors.map(\.verdict) == [.disagrees, .agrees, .agrees, .agrees])
        let tensor = result.tensors[0]
        #expect(tensor.count(.disagrees) == 1)
        #expect(tensor.figure.factor == nil)
        let worst = tensor.worst(3)
        #expect(worst.count == 3)
        #expect(worst[0].index == 7)
        #expect(tensor.index(of: worst[0], in: .course) == [2, 1])
        #expect(tensor.index(of: worst[0], in: .keras) == [1, 2])
        #expect(abs(worst[0].analytic - worst[0].numeric - 0.01) <= 1e-8)
    }

    @Test func `an entry of b stands in a column in the course, and flat elsewhere`() throws {
        let result = try GradientProblem.random().check { $0[1][1]![0, 2] += 0.01 }
        let tensor = try #require(result.tensors.first { $0.verdict == .disagrees })
        #expect(tensor.name == "db2")
        #expect(tensor.index(of: tensor.worst(1)[0], in: .course) == [2, 0])
        #expect(tensor.index(of: tensor.worst(1)[0], in: .pytorch) == [2])
    }

    @Test func `only what is given is checked`() throws {
        let result = try GradientProblem.random().check {
            $0[0] = [nil, nil]
            $0[1][0] = nil
        }
        #expect(result.tensors.map(\.name) == ["db2"])
        #expect(result.verdict == .agrees)
    }

    /// Numbers of float32, whose 24 bits leave 6e-8 of each, and numbers of 4 decimals.
    @Test func `gradients that were rounded agree within their resolution`() throws {
        let problem = GradientProblem.random()
        let single = problem.gradients.map { $0.map { $0.map(\.roundedToFloat) } }
        #expect(try problem.check { $0 = single }.verdict == .agrees)
        let decimals = problem.gradients.map { $0.map { $0.map { $0.rounded(toDecimals: 4) } } }
        var check = NumericalCheck()
        check.resolution = 0.5e-4
        let result = try check.run(
            network: problem.network, inputs: problem.inputs, run: Run(),
            objective: problem.objective, denominator: 5, analytic: decimals)
        #expect(result.verdict == .agrees)
    }

    /// The masks are drawn from the seed and the step, so that all passes drop the same units.
    @Test func `dropout and batch normalization are checked as they train`() throws {
        let problem = GradientProblem.random()
        var settings = SettingValues(defaultsOf: Dropout.declaration.settings)
        settings.set("rate", to: 0.5)
        settings.set("seed", to: [3])
        let dropout = try Dropout(LayerPlan(settings, inputs: [[4]]))
        let normalization = try BatchNormalization(
            LayerPlan(
                SettingValues(defaultsOf: BatchNormalization.declaration.settings), inputs: [[4]]))
        let (first, last) = (problem.network.layers[0], problem.network.layers[1])
        let numbers = LayerNumbers<Double>(
            parameters: [
                Matrix(rows: 1, columns: 4, elements: [1, 2, 0.5, 1.5]),
                Matrix(rows: 1, columns: 4, elements: [0, 0.1, -0.2, 0.3]),
            ],
            states: [
                Matrix(rows: 1, columns: 4, repeating: 0),
                Matrix(rows: 1, columns: 4, repeating: 1),
            ])
        let changed = GradientProblem(
            network: Network(layers: [
                first, NetworkLayer(normalization, sources: [], numbers: numbers),
                NetworkLayer(dropout, sources: [], numbers: LayerNumbers()), last,
            ]),
            inputs: problem.inputs, objective: problem.objective)
        let result = try changed.check()
        #expect(result.verdict == .agrees, "\(result.sentence)")
        #expect(result.tensors.map(\.name).count == 6)
        #expect(result.tensors.last?.name == "db3")
    }

    @Test func `dead units do not divide by zero`() throws {
        let problem = GradientProblem.unit(.relu, weight: -1, x: [1, 2], y: [1, 1])
        let result = try problem.check()
        #expect(result.verdict == .agrees)
        #expect(result.figure.value == 0)
        #expect(result.tensors.allSatisfy { $0.entries.allSatisfy { $0.relativeError == 0 } })
        let wrong = try problem.check { $0[0][0] = Matrix(rows: 1, columns: 1, repeating: 0.1) }
        #expect(wrong.tensors.map(\.verdict) == [.disagrees, .agrees])
    }

    @Test(arguments: [1e-300, 1e-12, 1e6, 1e150, 1e308])
    func `parameters of any size are answered`(size: Double) throws {
        let problem = GradientProblem.unit(.linear, weight: size, x: [1, -0.5], y: [0, 1])
        let result = try problem.check()
        #expect(result.verdict != .disagrees, "\(result.sentence)")
        for activation in [Activation.sigmoid, .tanh, .relu] {
            let result = try GradientProblem.unit(
                activation, weight: size, x: [1, -0.5], y: [0, 1]
            ).check()
            #expect(result.verdict != .disagrees, "\(result.sentence)")
        }
    }

    /// Inputs so large that the step of θ moves Z by as much as the sigmoid is wide.
    @Test(arguments: [1e3, 1e5, 1e6, 1e8])
    func `a step that is too long is shortened before a gradient is called wrong`(
        size: Double
    ) throws {
        let problem = GradientProblem.unit(
            .sigmoid, weight: 0.7 / size, x: [size, -0.5 * size], y: [0, 1])
        #expect(try problem.check().verdict == .agrees)
        let wrong = try problem.check { $0.scale(by: 1.01) }
        #expect(wrong.verdict == .disagrees)
    }

    @Test func `a cost that is not finite is said to be so`() throws {
        let problem = GradientProblem.unit(.linear, weight: .infinity, x: [1], y: [0])
        let result = try problem.check()
        #expect(result.verdict != .agrees)
        #expect(result.figure.withKinks == nil || !result.figure.withKinks!.isFinite)
        let large = try GradientProblem.unit(.linear, weight: 1e200, x: [1], y: [0]).check {
            $0.scale(by: 1e-200)
        }
        #expect(large.verdict == .notMeasured)
        #expect(large.figure.value == nil)
        #expect(large.sentence.contains("not a finite number"))
    }

    @Test func `it stops when it is cancelled`() {
        let problem = GradientProblem.random()
        #expect(throws: NumericalCheck.Cancelled.self) {
            try NumericalCheck().run(
                network: problem.network, inputs: problem.inputs, run: Run(),
                objective: problem.objective, denominator: 5, analytic: problem.gradients,
                isCancelled: { true })
        }
    }
}

extension Matrix<Double> {
    fileprivate var roundedToFloat: Matrix {
        Matrix(rows: rows, columns: columns, elements: elements.map { Double(Float($0)) })
    }

    fileprivate func rounded(toDecimals decimals: Int) -> Matrix {
        let unit = (0..<decimals).reduce(1.0) { unit, _ in unit * 10 }
        return Matrix(
            rows: rows, columns: columns, elements: elements.map { ($0 * unit).rounded() / unit })
    }
}
