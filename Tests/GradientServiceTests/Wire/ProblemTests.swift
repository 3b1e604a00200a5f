import NeuralNetwork
import Testing

@testable import GradientService

/// Drawn parameters; the numbers are what NumPy's `np.random.seed(3)` and `np.random.randn` give.
struct ProblemTests {
    static let draws = [
        1.7886284734303186, 0.43650985051198943, 0.09649746807200862, -1.8634927033644908,
        -0.27738820251439905, -0.35475897926898675,
    ]

    private func forward(
        _ layers: String, _ network: String = "", layout: Layout = .pytorch, include: String = ""
    ) throws -> Answer {
        let x = layout.examplesAreColumns ? "[[1], [2]]" : "[[1, 2]]"
        return try Answer(
            "forward",
            """
            {"network": {"layers": [\(layers)]\(network)}, "batch": {"X": \(x)}, \
            "include": [\(include)], "layout": "\(layout.rawValue)"}
            """)
    }

    @Test(arguments: Layout.allCases)
    func `a seed draws the same weights in every layout, and the answer carries them`(
        layout: Layout
    ) throws {
        // With two inputs he_normal's factor √(2/2) is 1.
        let network = #", "initializer": "he_normal", "seed": 3"#
        let answer = try forward(#"{"units": 3}"#, network, layout: layout)
        #expect(try answer.names("") == ["layers"])
        #expect(try answer.names("/layers/0") == ["W", "b"])
        let w = Grid([0, 2, 4].map { [Self.draws[$0], Self.draws[$0 + 1]] })
        let expected = layout.weightsAreTransposed ? w.transposed : w
        #expect(try answer.numbers("/layers/0/W").shape == expected.shape)
        #expect(try answer.numbers("/layers/0/W").elements == expected.elements)
        #expect(try answer.numbers("/layers/0/b").elements == [0, 0, 0])
    }

    @Test func `layers draw from one generator in turn`() throws {
        let normal = #"{"type": "random_normal", "scale": 1}"#
        let answer = try forward(
            #"{"units": 1}, {"units": 2}"#, #", "initializer": \#(normal), "seed": 3"#)
        #expect(try answer.numbers("/layers/0/W").elements == Array(Self.draws[0..<2]))
        #expect(try answer.numbers("/layers/1/W").elements == Array(Self.draws[2..<4]))
    }

    @Test func `a layer's own seed starts the generator anew`() throws {
        let answer = try forward(
            #"{"units": 2}, {"units": 1, "seed": 3}, {"units": 2}"#,
            #", "initializer": {"type": "random_normal", "scale": 1}, "seed": 7"#)
        #expect(try answer.numbers("/layers/1/W").elements == Array(Self.draws[0..<2]))
        #expect(try answer.numbers("/layers/2/W").elements == Array(Self.draws[2..<4]))
    }

    @Test func `a layer's own initializer comes before the network's`() throws {
        let answer = try forward(
            #"{"units": 2, "initializer": "zeros"}, {"units": 1}"#,
            #", "initializer": {"type": "random_normal", "scale": 1}, "seed": 3"#)
        #expect(try answer.numbers("/layers/0/W").elements == [0, 0, 0, 0])
        #expect(try answer.numbers("/layers/1/W").elements == Array(Self.draws[0..<2]))
    }

    @Test func `without a word on drawing it is glorot_uniform from seed 0`() throws {
        let bare = try forward(#"{"units": 3}"#)
        let said = try forward(#"{"units": 3, "initializer": "glorot_uniform", "seed": 0}"#)
        #expect(bare.text == said.text)
        // c = √(6/5), and NumPy's first uniform number of seed 0 is 0.5488135039273248.
        let c = 1.2.squareRoot()
        #expect(try bare.numbers("/layers/0/W").elements[0] == -c + 2 * c * 0.5488135039273248)
    }

    @Test func `parameters that were given are told on request alone`() throws {
        let layers = #"{"W": [[1, 2]], "b": [0]}, {"units": 1}"#
        let drawn = try forward(layers)
        #expect(try drawn.names("/layers/0") == [])
        #expect(try drawn.names("/layers/1") == ["W", "b"])
        let all = try forward(layers, include: #""W""#)
        #expect(try all.names("/layers/0") == ["W"])
        #expect(try all.numbers("/layers/0/W").elements == [1, 2])
    }

    @Test func `a drawn network can be given back`() throws {
        let drawn = try forward(
            #"{"units": 3, "activation": "tanh"}"#, include: #""outputs""#)
        let w = try drawn.numbers("/layers/0/W")
        let given = try forward(
            #"{"W": {"shape": \#(w.shape), "data": \#(w.elements)}, "b": [0, 0, 0], "activation": "tanh"}"#,
            include: #""outputs""#)
        #expect(try given.numbers("/outputs") == drawn.numbers("/outputs"))
    }
}
