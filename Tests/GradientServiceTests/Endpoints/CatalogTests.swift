import HTTP
import JSON
import NeuralNetwork
import Testing
import Training

@testable import GradientService

/// `/catalog`, and a gradient check of every layer that it lists.
struct CatalogTests {
    static func catalog() throws -> Answer {
        try Answer(GradientService().answer("GET", "/catalog"))
    }

    @Test func `it lists what the decoder reads`() throws {
        let catalog = try Self.catalog()
        func names(_ list: String) throws -> [String] {
            try #require(catalog["/" + list]).elements().map {
                try #require($0["/type"]).string()
            }
        }
        #expect(try names("layers") == layerKinds.map { $0.declaration.name })
        #expect(try names("activations") == Activation.choices.map(\.name))
        #expect(try names("losses") == Loss.choices.map(\.name))
        #expect(try names("initializers") == Initializer.choices.map(\.name))
        #expect(try names("optimizers") == optimizers.map(\.name))
        #expect(try names("schedules") == schedules.map(\.name))
        #expect(try names("clippings") == clippings.map(\.name))
        #expect(try names("metrics") == metrics.map(\.name))
        func settings(_ name: String) throws -> [String] {
            try #require(catalog["/\(name)/settings"]).elements().map {
                try #require($0["/name"]).string()
            }
        }
        #expect(try settings("early_stopping") == EarlyStopping.settings.map(\.name))
        #expect(try settings("shuffle") == Shuffling.settings.map(\.name))
    }

    @Test func `a setting has its kind, default, range, and what other libraries take`() throws {
        let layers = try #require(Self.catalog()["/layers"]).elements()
        let layer = try #require(
            layers.first { try $0["/type"]?.string() == "batch_normalization" })
        let epsilon = try #require(layer["/settings/1"])
        #expect(
            try epsilon.members().map(\.name) == [
                "name", "kind", "default", "minimum", "maximum", "elsewhere",
            ])
        #expect(try epsilon["/default"]?.number() == 1e-3)
        #expect(try epsilon["/elsewhere/pytorch"]?.string() == "0.00001")
        let arrays = try #require(layer["/arrays"]).elements()
        #expect(
            try arrays.map { try #require($0["/role"]).string() } == [
                "parameter", "parameter", "state", "state",
            ])
    }

    /// A layer of each type that there is, over an input of a shape, in `keras`.
    static let samples: [String: (input: [Int], layer: String)] = [
        "dense": ([3], #""units": 2, "activation": "tanh""#),
        "activation": ([3], #""activation": "mish""#),
        "prelu": ([4], ""),
        "dropout": ([4], #""rate": 0.5, "seed": 1"#),
        "batch_normalization": ([2], ""),
        "layer_normalization": ([4], ""),
        "conv2d": (
            [4, 5, 2],
            #""filters": 4, "kernel_size": [2, 3], "padding": "same", "strides": [1, 2], "groups": 2, "activation": "sigmoid""#
        ),
        "max_pooling2d": ([4, 4, 2], ""),
        "average_pooling2d": ([4, 5, 2], #""pool_size": 3, "strides": 2, "padding": "same""#),
        "global_max_pooling2d": ([2, 3, 2], ""),
        "global_average_pooling2d": ([2, 3, 2], ""),
        "flatten": ([2, 3, 2], ""),
        "reshape": ([2, 3], #""target_shape": [3, 2]"#),
        "add": ([3], #""inputs": ["X", "X"]"#),
        "concatenate": ([3], #""inputs": ["X", "X"]"#),
        "embedding": ([3], #""input_dim": 4, "output_dim": 2"#),
        "simple_rnn": ([3, 2], #""units": 2"#),
        "lstm": ([3, 2], #""units": 2, "return_sequences": true"#),
        "gru": ([3, 2], #""units": 2"#),
        "multi_head_attention": ([3, 4], #""num_heads": 2, "key_dim": 2, "causal": true"#),
    ]

    @Test(arguments: layerKinds.map { $0.declaration.name })
    func `every layer's gradients match central differences through the service`(
        name: String
    ) throws {
        let sample = try #require(Self.samples[name], "give a sample of \(name)")
        let check = try LayerCheck(name, sample.layer, input: sample.input)
        for (pointer, distance) in try check.distances() {
            // h²/6 of a third derivative of at most about 100, and rounding over h.
            #expect(distance <= 1e-7, "\(pointer)")
        }
    }
}

/// One layer with its numbers and a batch of three examples, whose cost is ½Σ(A − Y)².
private struct LayerCheck {
    private let type: String
    /// The settings that are no sizes, as JSON.
    private let settings: String
    private let shape: [Int]
    private var x: [Double]
    private var arrays: [(name: String, numbers: JSONNumbers)] = []
    private let drawnBy: String

    init(_ type: String, _ layer: String, input: [Int]) throws {
        self.type = type
        shape = [3] + input
        drawnBy = layer
        let count = shape.reduce(1, *)
        // No two are nearer than 0.02, so that no maximum changes; none is at a kink of 0.
        x = (0..<count).map { i in
            type == "embedding" ? Double(i % 4) : Double((i * 37) % count) * 0.05 - 0.73
        }
        let kind = try #require(layerKinds.first { $0.declaration.name == type })
        let learned = kind.declaration.arrays.filter(\.isLearned).map(\.name)
        let drawn = try Answer(
            "forward", Self.body(type, layer, shape, x, include: ["outputs"] + learned))
        #expect(drawn.status == 200, "\(drawn.text)")
        for name in learned {
            guard drawn["/layers/0/" + name] != nil else { continue }
            arrays.append((name, try drawn.numbers("/layers/0/" + name)))
        }
        let sizes = arrays.isEmpty ? [] : kind.declaration.settings.filter(\.isSize).map(\.name)
        let hasWeights = kind.declaration.arrays.contains { $0.role == .weights }
        settings =
            hasWeights
            ? layer.replacing(/"(\w+)": (\[[^\]]*\]|[^,]+)(, )?/) { match in
                sizes.contains(String(match.output.1)) ? "" : String(match.output.0)
            } : layer
    }

    /// Every derivative of the answer, with its distance from central differences.
    func distances() throws -> [(String, Double)] {
        let layer = text(of: arrays)
        let answer = try Answer(
            "backward",
            Self.body(
                type, layer, shape, x, include: ["dX"] + arrays.map { "d" + $0.name }))
        #expect(answer.status == 200, "\(answer.text)")
        var found: [(String, Double)] = []
        for (index, array) in arrays.enumerated() {
            let pointer = "/layers/0/d" + array.name
            let expected = try differences(array.numbers.elements) { moved in
                var arrays = self.arrays
                arrays[index].numbers = JSONNumbers(
                    shape: array.numbers.shape, elements: moved)
                return try cost(text(of: arrays), x)
            }
            found.append((pointer, distance(try answer.numbers(pointer).elements, expected)))
        }
        if type != "embedding" {  // Its indices have no derivative.
            // dX is of each example's own loss, and the cost is the mean of three.
            let expected = try differences(x) { try cost(layer, $0) * 3 }
            found.append(("/dX", distance(try answer.numbers("/dX").elements, expected)))
        }
        return found
    }

    private func distance(_ ours: [Double], _ expected: [Double]) -> Double {
        ours.count == expected.count
            ? zip(ours, expected).map { abs($0 - $1) }.max() ?? 0 : .infinity
    }

    private func differences(
        _ numbers: [Double], _ cost: ([Double]) throws -> Double
    ) throws -> [Double] {
        let h = 1e-5
        return try numbers.indices.map { i in
            var (up, down) = (numbers, numbers)
            up[i] += h
            down[i] -= h
            return (try cost(up) - cost(down)) / (2 * h)
        }
    }

    private func cost(_ layer: String, _ x: [Double]) throws -> Double {
        try Answer("forward", Self.body(type, layer, shape, x, include: [])).number("/cost")
    }

    private func text(of arrays: [(name: String, numbers: JSONNumbers)]) -> String {
        let texts = arrays.map {
            #""\#($0.name)": {"shape": \#($0.numbers.shape), "data": \#($0.numbers.elements)}"#
        }
        let settings = settings.trimmingSuffix { $0 == "," || $0 == " " }
        return ([String(settings)] + texts).filter { !$0.isEmpty }.joined(separator: ", ")
    }

    /// A request; Y is 0.5 throughout, in the shape of the outputs.
    private static func body(
        _ type: String, _ layer: String, _ shape: [Int], _ x: [Double], include: [String]
    ) throws -> String {
        let fields = layer.isEmpty ? "" : ", " + layer
        let include = include.map { "\"\($0)\"" }.joined(separator: ", ")
        let request =
            #""network": {"layers": [{"type": "\#(type)"\#(fields)}], "seed": 5}, "#
            + #""layout": "keras", "include": [\#(include)]"#
        let batch = #""X": {"shape": \#(shape), "data": \#(x)}"#
        let outputs = try Answer(
            "forward",
            "{" + request.replacing(/"include".*/, with: #""include": ["outputs"]"#)
                + #", "batch": {\#(batch)}}"#)
        let y = try outputs.numbers("/outputs")
        let targets = [Double](repeating: 0.5, count: y.elements.count)
        return "{" + request
            + #", "batch": {\#(batch), "Y": {"shape": \#(y.shape), "data": \#(targets)}}, "#
            + #""loss": "half_squared_error"}"#
    }
}

extension StringProtocol {
    fileprivate func trimmingSuffix(_ isLeft: (Character) -> Bool) -> SubSequence {
        var rest = self[...]
        while let last = rest.last, isLeft(last) { rest.removeLast() }
        return rest
    }
}
