import NeuralNetwork
import Testing

@testable import Training

struct OptimizerTests {
    /// Learning rates where 0.02 is too little, and how near those come that come no nearer: the
    /// decay of AdamW draws to 0, and Lion's steps are all as long as the learning rate.
    private static let rates = ["adagrad": 1.0, "adadelta": 1, "lbfgs": 1]
    private static let distances = ["adamw": 0.01, "lion": 0.021]

    /// f(θ) = ½·3·(θ − 2)², whose gradient is 3·(θ − 2).
    @Test(arguments: optimizers.map(\.name))
    func `a parabola's lowest point is found`(name: String) throws {
        let optimizer = try #require(optimizers.first { $0.name == name }).byDefault
        let parabola = Parabola(curvatures: [3], lowest: [2])
        let found = parabola.descend(
            by: optimizer, from: [-1], steps: 3000, learningRate: Self.rates[name] ?? 0.02)
        #expect(abs(found[0] - 2) < Self.distances[name] ?? 1e-6)
    }

    @Test(arguments: [
        ("momentum", "keras", 0.01), ("momentum", "pytorch", 0.001), ("rmsprop", "keras", 0.001),
        ("rmsprop", "pytorch", 0.01), ("adagrad", "pytorch", 0.01), ("adadelta", "keras", 0.001),
        ("adadelta", "pytorch", 1), ("adamax", "keras", 0.001), ("adamax", "pytorch", 0.002),
        ("nadam", "keras", 0.001), ("nadam", "pytorch", 0.002), ("adam", "course", 0.001),
    ])
    func `the learning rate by default is the style's`(
        name: String, style: String, rate: Double
    ) throws {
        let choice = try #require(optimizers.first { $0.name == name })
        var values = SettingValues(defaultsOf: choice.settings)
        values.set("style", to: style)
        #expect(choice.make(values).defaultLearningRate == rate)
    }

    @Test func `a rule in force tells of decay only where there is one`() throws {
        let choice = try #require(optimizers.first { $0.name == "adam" })
        var values = SettingValues(defaultsOf: choice.settings)
        #expect(!choice.make(values).formula.contains("λ"))
        values.set("weight_decay", to: 0.1)
        #expect(choice.make(values).formula.hasPrefix("g ← g + λ·θ, "))
        values.set("style", to: "keras")
        #expect(choice.make(values).formula.hasPrefix("θ ← θ − η·λ·θ, "))
    }

    @Test func `no name stands for two optimizers`() {
        let names = optimizers.flatMap { [$0.name] + $0.otherNames }
        #expect(Set(names).count == names.count)
    }
}
