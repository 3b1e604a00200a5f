import NeuralNetwork
import Testing

@testable import GradientService

/// Every derivative that `/backward` answers, against central differences of what `/forward` does.
struct CentralDifferenceTests {
    @Test(arguments: Activation.choices.map(\.name), Loss.choices.map(\.name))
    func `derivatives match central differences in every layout and convention`(
        activation: String, loss: String
    ) throws {
        let network = SmallNetwork(activation: activation, loss: loss)
        let expected = try network.differences()
        for layout in Layout.allCases {
            for convention in Convention.allCases {
                let also =
                    #", "convention": "\#(convention.rawValue)", "include": ["dW", "db", "dZ", "dA", "dX"]"#
                let answer = try Answer("backward", network.body(layout, also: also))
                for derivative in expected {
                    let found = try answer.numbers(derivative.pointer)
                    let wanted = derivative.values(in: layout, convention, examples: 2)
                    // The difference is off by h²/6 of the third derivative and by rounding over h:
                    // both about 1e-10 of numbers of about 1.
                    #expect(
                        found.elements.count == wanted.count
                            && zip(found.elements, wanted).allSatisfy { abs($0 - $1) <= 1e-8 },
                        "\(derivative.pointer), \(layout), \(convention)")
                }
            }
        }
    }
}

/// What a derivative has to be: that of J by a parameter, or that of each Lᵢ by what example i has.
private struct Difference {
    enum Kind { case weights, bias, signal }

    let pointer: String
    let kind: Kind
    /// As the course lays it out.
    let grid: Grid

    /// The numbers, row-major, as a request with a layout and a convention gets them.
    func values(in layout: Layout, _ convention: Convention, examples m: Double) -> [Double] {
        let isTransposed =
            switch kind {
            case .weights: layout.weightsAreTransposed
            case .bias: false
            case .signal: !layout.examplesAreColumns
            }
        let factor =
            switch (kind, convention) {
            case (.signal, .cost): 1 / m
            case (.weights, .sum), (.bias, .sum): m
            default: 1.0
            }
        return (isTransposed ? grid.transposed : grid).elements.map { $0 * factor }
    }
}

/// 2-2-2 units and two examples, away from every kink.
private struct SmallNetwork {
    var weights = [Grid([[0.5, -0.4], [0.3, 0.8]]), Grid([[0.7, -0.2], [-0.6, 0.9]])]
    var bias = [Grid([[0.1], [-0.2]]), Grid([[0.05], [0.15]])]
    var x = Grid([[1, -0.5], [0.5, 1.5]])
    var y = Grid([[1, 0], [0, 1]])
    /// Added to A of the hidden layer.
    var shift = Grid([[0], [0]])
    let activation: String
    let loss: String

    init(activation: String, loss: String) {
        self.activation = activation
        self.loss = loss
        if loss == "hinge" || loss == "squared_hinge" { y = Grid([[1, -1], [-1, 1]]) }
    }

    private var isSparse: Bool { loss.hasPrefix("sparse") }
    private var output: String {
        switch loss {
        case "binary_crossentropy", "binary_focal_crossentropy": "sigmoid"
        case "categorical_crossentropy", "sparse_categorical_crossentropy", "kl_divergence":
            "softmax"
        case "poisson": "softplus"
        default: "linear"
        }
    }

    /// A request in a layout; with a layer that adds `shift`, if that is asked for.
    func body(_ layout: Layout = .course, withShift: Bool = false, also: String = "") -> String {
        func signal(_ grid: Grid) -> String {
            (layout.examplesAreColumns ? grid : grid.transposed).text()
        }
        func layer(_ weights: Grid, _ bias: Grid, _ activation: String) -> String {
            let w = layout.weightsAreTransposed ? weights.transposed : weights
            return #"{"W": \#(w.text()), "b": \#(bias.text()), "activation": "\#(activation)"}"#
        }
        var layers = [
            layer(weights[0], bias[0], activation), layer(weights[1], bias[1], output),
        ]
        if withShift { layers.insert(layer(Grid([[1, 0], [0, 1]]), shift, "linear"), at: 1) }
        let classes = y.transposed.rows.map { $0.firstIndex(of: 1)! }
        return #"{"network": {"layers": [\#(layers.joined(separator: ", "))]}, "#
            + #""batch": {"X": \#(signal(x)), "Y": \#(isSparse ? "\(classes)" : signal(y))}, "#
            + #""loss": "\#(loss)", "layout": "\#(layout.rawValue)"\#(also)}"#
    }

    /// The network with one example alone, whose cost is its loss.
    private func alone(_ example: Int) -> SmallNetwork {
        var network = self
        network.x = Grid(x.rows.map { [$0[example]] })
        network.y = Grid(y.rows.map { [$0[example]] })
        return network
    }

    func differences() throws -> [Difference] {
        var differences: [Difference] = []
        for layer in 0..<2 {
            differences += [
                Difference(
                    pointer: "/layers/\(layer)/dW", kind: .weights,
                    grid: try difference(\.weights[layer])),
                Difference(
                    pointer: "/layers/\(layer)/db", kind: .bias,
                    grid: try difference(\.bias[layer])),
                Difference(
                    pointer: "/layers/\(layer)/dZ", kind: .signal,
                    grid: try ofEachExample(\.bias[layer])),
            ]
        }
        return differences + [
            Difference(pointer: "/layers/0/dA", kind: .signal, grid: try ofEachExample(\.shift)),
            Difference(pointer: "/dX", kind: .signal, grid: try ofEachExample(\.x)),
        ]
    }

    /// Each example's loss by what is added to a column of its own: one column an example.
    private func ofEachExample(_ path: WritableKeyPath<SmallNetwork, Grid>) throws -> Grid {
        let columns = try (0..<2).map { try alone($0).difference(path).elements }
        return Grid(columns).transposed
    }

    /// The cost by each number of an array.
    private func difference(_ path: WritableKeyPath<SmallNetwork, Grid>) throws -> Grid {
        let h = 1e-5
        var result = self[keyPath: path]
        for row in result.rows.indices {
            for column in result.rows[row].indices {
                let costs = try [h, -h].map { step in
                    var moved = self
                    moved[keyPath: path].rows[row][column] += step
                    let body = moved.body(withShift: true)
                    return try Answer("forward", body).number("/cost")
                }
                result.rows[row][column] = (costs[0] - costs[1]) / (2 * h)
            }
        }
        return result
    }
}
